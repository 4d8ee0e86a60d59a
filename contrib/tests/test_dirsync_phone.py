from collections.abc import Callable


def test_it_passes_its_tests_from_its_wheel(passes_from_its_wheel: Callable[[str], None]) -> None:
    passes_from_its_wheel("dirsync-phone")
