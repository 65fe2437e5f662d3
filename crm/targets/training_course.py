"""What becomes of a training notice: its steps, read in their order, and which may come next.

| step | who | needs |
|---|---|---|
| acknowledged | the person | nothing, once |
| refused | manager | a witness, and that the person has not acknowledged |
| trained | manager | one for each date that took place |
| passed, failed | manager | acknowledged or refused; a date of training; evidence; once |
| offered | manager | failed |
| consented, declined | the person, or a signed paper | an offer that was not answered |
| moved | manager | consented to that offer |
| withdrawn | manager | before a consent; ends the notice |
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from crm.targets.training_models import TrainingNotice, TrainingStep

BY_PERSON = ("acknowledged", "consented", "declined")
BY_MANAGER = (
    "refused",
    "trained",
    "passed",
    "failed",
    "offered",
    "consented",
    "declined",
    "moved",
    "withdrawn",
)


@dataclass(frozen=True)
class Course:
    """A notice with its steps in the order in which they were written down."""

    notice: TrainingNotice
    steps: Sequence[TrainingStep]

    def last(self, *kinds: str) -> TrainingStep | None:
        """The latest step of these kinds."""
        return next((step for step in reversed(self.steps) if step.kind in kinds), None)

    @property
    def acknowledged(self) -> TrainingStep | None:
        """The person's own word that the notice was received."""
        return self.last("acknowledged")

    @property
    def offer(self) -> TrainingStep | None:
        """The new post that was offered last."""
        return self.last("offered")

    @property
    def answer(self) -> TrainingStep | None:
        """The answer to the last offer, if there is one."""
        offer, answer = self.offer, self.last("consented", "declined")
        return answer if offer and answer and answer.step_id > offer.step_id else None

    @property
    def trained_on(self) -> list[dt.date]:
        """The dates on which training took place."""
        return sorted({step.on for step in self.steps if step.kind == "trained"})

    @property
    def state(self) -> str:
        """withdrawn, moved, consented, declined, offered, passed, failed, trained, acknowledged, refused or served."""
        for kind in ("withdrawn", "moved"):
            if self.last(kind):
                return kind
        if self.offer:
            return self.answer.kind if self.answer else "offered"
        return next(
            (
                kind
                for kind in ("passed", "failed", "trained", "acknowledged", "refused")
                if self.last(kind) is not None
            ),
            "served",
        )

    def allows(self, kind: str) -> bool:
        """Whether that step may come next."""
        return kind in self.next_steps()

    def next_steps(self) -> tuple[str, ...]:
        """The steps that may come next, whoever takes them."""
        if self.state in ("withdrawn", "moved"):
            return ()
        heard = self.acknowledged is not None or self.last("refused") is not None
        judged = self.last("passed", "failed")
        found = [] if self.acknowledged else ["acknowledged"]
        if not heard:
            found.append("refused")
        if judged is None:
            found.append("trained")
            if heard and self.trained_on:
                found += ["passed", "failed"]
        if judged is not None and judged.kind == "failed":
            found += self._after_failing()
        if self.answer is None or self.answer.kind != "consented":
            found.append("withdrawn")
        return tuple(found)

    def _after_failing(self) -> list[str]:
        if self.offer is None or (self.answer and self.answer.kind == "declined"):
            return ["offered"]
        return ["moved"] if self.answer else ["consented", "declined"]
