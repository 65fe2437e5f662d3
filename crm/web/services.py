"""What the shared pages change: only the language of an account."""

from crm.people.accounts import Account
from crm.transactions import atomic


def choose_language(account: Account, lang: str) -> None:
    """Remember zh or en with the account, so that it holds on every device."""
    with atomic() as session:
        session.get_one(Account, account.account_id).lang = lang
