import pytest

from bot.core.epoch import first_after, was_restored


@pytest.mark.parametrize(("kept", "noted", "restored"), [(0, 0, False), (3, 3, False), (4, 3, False), (3, 4, True)])
def test_a_store_behind_what_was_noted_was_restored(kept: int, noted: int, restored: bool) -> None:
    assert was_restored(kept, noted) is restored


@pytest.mark.parametrize(("kept", "noted"), [(0, 0), (2, 9), (9, 2)])
def test_an_epoch_that_never_was_is_later_than_both(kept: int, noted: int) -> None:
    assert first_after(kept, noted) > max(kept, noted)
