from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.template import engines
from django.test import RequestFactory, override_settings

from conference.templatetags import modules

HASHED = {
    **settings.STORAGES,
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}


ONLY_OURS = ["django.contrib.staticfiles.finders.FileSystemFinder"]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    source = tmp_path / "source"
    for name, text in {
        "pages/tiny.js": "import { one } from '../lib/one.js';\n",
        "lib/one.js": "import './two.js';\nexport const one = 1;\n",
        "lib/two.js": "export {};\n",
        "lib/other.js": "export {};\n",
    }.items():
        path = source / "js" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return source


def render(entry: str) -> str:
    request = RequestFactory().get("/")
    request.csp_nonce = "n0nce"  # type: ignore[attr-defined]
    modules._kept_paths.cache_clear()
    return engines["django"].from_string(f'{{% entry "{entry}" %}}').render({}, request)


def test_names_in_the_source_need_no_map(source: Path) -> None:
    with override_settings(STATICFILES_DIRS=[source]):
        html = render("js/pages/tiny.js")
    assert "importmap" not in html
    assert re.findall(r'modulepreload" href="([^"]+)', html) == ["/static/js/lib/one.js", "/static/js/lib/two.js"]
    assert '<script type="module" src="/static/js/pages/tiny.js"></script>' in html


def test_collected_names_are_mapped_and_preloaded(source: Path, tmp_path: Path) -> None:
    with override_settings(
        STATICFILES_DIRS=[source], STATIC_ROOT=tmp_path / "collected", STORAGES=HASHED, STATICFILES_FINDERS=ONLY_OURS
    ):
        call_command("collectstatic", interactive=False, verbosity=0)
        html = render("js/pages/tiny.js")
    found = re.search(r'<script type="importmap" nonce="n0nce">(.*?)</script>', html)
    assert found
    imports = json.loads(found[1])["imports"]
    assert set(imports) == {"/static/js/pages/tiny.js", "/static/js/lib/one.js", "/static/js/lib/two.js"}
    preloads = re.findall(r'modulepreload" href="([^"]+)', html)
    assert preloads == [imports["/static/js/lib/one.js"], imports["/static/js/lib/two.js"]]
    assert re.fullmatch(r"/static/js/lib/one\.[0-9a-f]{12}\.js", preloads[0])
    assert html.index("importmap") < html.index("modulepreload") < html.index('type="module"')


def test_a_page_without_its_module_does_not_render(source: Path) -> None:
    with override_settings(STATICFILES_DIRS=[source]), pytest.raises(FileNotFoundError):
        render("js/pages/none.js")
