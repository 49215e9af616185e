"""Messages go out as fast as the messenger allows, and never faster, whatever happens on the way."""

import itertools
import random
from collections import defaultdict
from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.pace import UNLIMITED, Pace, Pacer

PACE = Pace(margin=0)


def pacer(pace: Pace = PACE) -> Pacer:
    return Pacer(pace, lambda chat: chat.startswith("-"))


def send(to: Pacer, chat: str, at: float, takes: float = 0) -> None:
    to.begin(chat)
    to.end(chat, at + takes)


def test_a_chat_gets_one_message_a_second() -> None:
    chats = pacer()
    assert chats.free_at("1", 100) <= 100
    send(chats, "1", 100)
    assert chats.free_at("1", 100) == 101
    assert chats.busy(100.5) == ["1"]
    assert chats.next_free(100.5) == 101
    assert chats.busy(101) == []


def test_a_chat_with_a_message_on_its_way_gets_no_other() -> None:
    chats = pacer()
    chats.begin("1")
    assert chats.free_at("1", 500) == inf
    assert chats.on_their_way == 1
    chats.end("1", 500)
    assert chats.free_at("1", 500) == 501


def test_a_group_gets_twenty_a_minute() -> None:
    chats = pacer()
    for second in range(20):
        send(chats, "-1", second)
    assert chats.free_at("-1", 20) == 60
    assert chats.free_at("-2", 20) <= 20
    assert chats.free_at("1", 20) <= 20


def test_all_chats_together_get_thirty_a_second() -> None:
    chats = pacer()
    for number in range(30):
        send(chats, str(number), 100 + number / 100)
    assert chats.room(100.5) == 0
    assert chats.all_free_at(100.5) == 101
    assert chats.room(101) == 1
    assert chats.room(102) == 30


def test_what_is_on_its_way_takes_its_room() -> None:
    chats = pacer()
    for number in range(29):
        chats.begin(str(number))
    assert chats.room(100) == 1
    chats.begin("29")
    assert chats.room(100) == 0
    assert chats.all_free_at(100) == inf


def test_a_chat_and_all_chats_can_be_told_to_rest() -> None:
    chats = pacer()
    chats.rest("1", 130)
    assert chats.free_at("1", 100) == 130
    assert chats.busy(100) == ["1"]
    chats.rest("1", 120)
    assert chats.free_at("1", 100) == 130
    chats.rest_all(110)
    assert chats.room(100) == 0
    assert chats.all_free_at(100) == 110
    assert chats.room(110) == 30


def test_quiet_chats_are_forgotten() -> None:
    chats = pacer()
    for number in range(1000):
        send(chats, str(number), number)
    send(chats, "-1", 1000)
    assert chats.busy(1061) == []
    assert chats._free_at == {}
    assert chats._groups == {}


@pytest.mark.parametrize("chat", ["1", "-1"])
def test_tests_need_not_wait(chat: str) -> None:
    chats = pacer(UNLIMITED)
    for number in range(1000):
        send(chats, chat, 100 + number / 10_000)
    assert chats.free_at(chat, 100.2) <= 100.2


@settings(max_examples=60)
@given(seed=st.integers(0, 2**32), slowest=st.floats(0, 2))
def test_a_strict_messenger_never_has_to_refuse(seed: int, slowest: float) -> None:
    """Each message is seen by the messenger at some moment between its setting out and its answer."""
    dice = random.Random(seed)
    chats = pacer(Pace())
    owed = [dice.choice(["-1", "-2", *map(str, range(40))]) for _ in range(300)]
    on_their_way: list[tuple[float, str]] = []
    seen: list[tuple[float, str]] = []
    now = 0.0
    while owed or on_their_way:
        for answered, chat in sorted(on_their_way):
            if answered <= now:
                chats.end(chat, answered)
                on_their_way.remove((answered, chat))
        for chat in list(dict.fromkeys(owed)):
            if chats.room(now) > 0 and chats.free_at(chat, now) <= now:
                owed.remove(chat)
                chats.begin(chat)
                takes = dice.uniform(0, slowest)
                seen.append((now + dice.uniform(0, takes), chat))
                on_their_way.append((now + takes, chat))
        coming = [answered for answered, _ in on_their_way]
        now = max(now + 0.001, min([*coming, chats.next_free(now)], default=now))
        assert now < 10_000
    _check(seen)


def _check(seen: list[tuple[float, str]]) -> None:
    by_chat: defaultdict[str, list[float]] = defaultdict(list)
    for at, chat in sorted(seen):
        by_chat[chat].append(at)
    for chat, moments in by_chat.items():
        assert all(later - earlier >= 1 for earlier, later in itertools.pairwise(moments))
        if chat.startswith("-"):
            assert all(later - earlier > 60 for earlier, later in zip(moments, moments[20:], strict=False))
    everything = sorted(at for at, _ in seen)
    assert all(later - earlier > 1 for earlier, later in zip(everything, everything[30:], strict=False))
