"""What holds for every document: links lead somewhere, and the README's commands are those that are run."""

import pytest

from tests.docs.examples import examples
from tests.docs.markdown import DOCS, ROOT, Page, page, pages, slug


def broken(document: Page) -> list[str]:
    return [link for link in document.links() if "://" not in link and not leads_somewhere(document, link)]


def leads_somewhere(document: Page, link: str) -> bool:
    target, _, anchor = link.partition("#")
    path = (document.path.parent / target).resolve() if target else document.path
    if not path.exists() or not anchor:
        return path.exists()
    return anchor in [slug(heading) for heading in page(str(path.relative_to(ROOT))).headings()]


@pytest.mark.parametrize("document", pages(), ids=lambda each: each.name)
def test_links_lead_somewhere(document: Page) -> None:
    assert [] == broken(document)


def test_the_index_leads_to_every_document() -> None:
    linked = {(DOCS / link).resolve() for link in page("docs/README.md").links()}

    assert {path for path in DOCS.rglob("*.md") if path != DOCS / "README.md"} == linked


def test_the_readme_tests_as_continuous_integration_does() -> None:
    first, second = [line for line in (ROOT / ".ci/run").read_text().splitlines() if line.startswith("make ")]

    (block,) = [block for block in page("README.md").blocks("console") if "make test" in block.text]

    assert [first, second] == [example.command for example in examples(block.text)]


def test_the_readme_fits_on_a_screen() -> None:
    assert len(page("README.md").text.splitlines()) <= 80
