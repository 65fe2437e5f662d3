"""What is vendored is named with its version and licence, and nothing comes from elsewhere."""

import re
from pathlib import Path

import pytest

from crm.web.assets import assets_root
from tests.web.bare import bare_app

ROOT = Path(__file__).resolve().parents[2]
VENDOR = ROOT / "static" / "vendor"
FOLDERS = sorted(path for path in VENDOR.iterdir() if path.is_dir())


def test_templates_static_files_and_translations_are_found_together() -> None:
    for folder in ("templates", "static", "translations"):
        assert (assets_root() / folder).is_dir()


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_a_vendored_package_has_its_licence_and_its_row(folder: Path) -> None:
    assert (folder / "LICENSE").is_file()
    files = [path for path in folder.iterdir() if path.name != "LICENSE"]
    table = (VENDOR / "README.md").read_text(encoding="utf-8")
    for path in files:
        assert f"`{folder.name}/{path.name}`" in table


def test_pages_load_nothing_from_another_host() -> None:
    for path in (ROOT / "templates").rglob("*.html"):
        source = path.read_text(encoding="utf-8")
        assert not re.search(r'(?:src|href)="(?:https?:)?//', source), path


def test_a_static_file_is_named_with_its_digest() -> None:
    with bare_app().test_request_context("/"):
        from crm.web.assets import asset

        assert re.fullmatch(r"/static/app/app\.css\?v=[0-9a-f]{12}", asset("app/app.css"))


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    sprite = (ROOT / "static" / "app" / "icons.svg").read_text(encoding="utf-8")
    known = set(re.findall(r'<symbol id="([\w-]+)"', sprite))
    named = set()
    for path in (ROOT / "templates").rglob("*.html"):
        named |= set(re.findall(r'icon\("([\w-]+)"', path.read_text(encoding="utf-8")))
    assert named - known == set()


def test_every_icon_of_the_navigation_is_in_the_sprite() -> None:
    from crm.web.navigation import ME, PLACES, PLUS, SIGN_IN_LINKS

    sprite = (ROOT / "static" / "app" / "icons.svg").read_text(encoding="utf-8")
    for place in (*PLACES, *SIGN_IN_LINKS, ME, PLUS):
        assert f'id="{place.icon}"' in sprite


def test_an_icon_that_is_not_in_the_sprite_is_noticed_while_testing() -> None:
    from crm.web.assets import icon

    with bare_app(TESTING=True).test_request_context("/"), pytest.raises(LookupError, match="no-such-icon"):
        icon("no-such-icon")
