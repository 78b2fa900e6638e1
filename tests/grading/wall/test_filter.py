"""The filter of system calls, run as the kernel would run it: call by call, for both architectures."""

from __future__ import annotations

import struct

import pytest

from course.grading.confine import seccomp
from course.grading.confine.syscalls import ALLOWED, ARCHITECTURES

OWN = 4711
X32 = 0x40000000
NUMBERS = [*range(512), *range(X32, X32 + 512), 0xFFFFFFFF]


def answer(code: bytes, architecture: int, number: int, arguments: dict[int, int] | None = None) -> int:
    """Run a filter on one system call: classic BPF, as far as ours goes.

    Args:
        code: the filter.
        architecture: the number by which seccomp calls it.
        number: the call's.
        arguments: by their place, from 0; the others are 0. All 64 bits of them count.

    Returns:
        What the filter returns to the kernel.

    """
    data = struct.pack("=IIQ6Q", number, architecture, 0, *((arguments or {}).get(at, 0) for at in range(6)))
    at = word = 0
    while True:
        instruction, if_so, if_not, value = struct.unpack_from("=HBBI", code, 8 * at)
        at += 1
        if instruction == 0x20:  # BPF_LD | BPF_W | BPF_ABS
            (word,) = struct.unpack_from("=I", data, value)
        elif instruction == 0x54:  # BPF_ALU | BPF_AND | BPF_K
            word &= value
        elif instruction == 0x15:  # BPF_JMP | BPF_JEQ | BPF_K
            at += if_so if word == value else if_not
        else:
            assert instruction == 0x06, "no other instruction"  # BPF_RET | BPF_K
            return int(value)


@pytest.fixture(params=ARCHITECTURES)
def machine(request: pytest.FixtureRequest) -> str:
    """An architecture's name."""
    return str(request.param)


def test_what_is_listed_is_answered_and_nothing_else(machine: str) -> None:
    known = ARCHITECTURES[machine]
    code = seccomp.program(known, OWN)
    assert len(code) // 8 <= 4096, "the kernel takes no longer one"
    listed = {known.numbers[name] for name in ALLOWED & known.numbers.keys()}
    compared = {known.numbers[name] for name in known.numbers.keys() - ALLOWED - {"seccomp", "capset"}}
    everything = dict.fromkeys(range(6), 0xDEADBEEF)
    for number in NUMBERS:
        found = answer(code, known.audit, number, everything)
        assert found == (seccomp.ALLOW if number in listed else seccomp.REFUSE), number
        if number not in listed | compared:
            assert answer(code, known.audit, number) == seccomp.REFUSE, number


@pytest.mark.parametrize("other", [0x40000003, 0xC000003E, 0xC00000B7, 0x40000028, 0])
def test_another_architecture_ends_the_process(machine: str, other: int) -> None:
    known = ARCHITECTURES[machine]
    if other == known.audit:
        other ^= 1
    code = seccomp.program(known, OWN)
    assert {answer(code, other, number) for number in NUMBERS} == {seccomp.KILL}


CREATE, CLOSE_ON_EXEC, TEMPORARY = 0o100, 0o2000000, 0o20200000
GOOD = {
    "open": (1, [0, 1, 2, 0o1101, 0o1102, CLOSE_ON_EXEC, CREATE | 2, TEMPORARY | 2, 0o1001 | CLOSE_ON_EXEC]),
    "fcntl": (1, [0, 1, 2, 3, 4, 1030]),
    "ioctl": (1, [0x5401, 0x541B]),
    "prctl": (0, [15, 16, 0x53564D41]),
    "kill": (0, [OWN]),
    "tkill": (0, [OWN]),
    "tgkill": (0, [OWN]),
    "prlimit64": (0, [0, OWN]),
    "sched_getaffinity": (0, [0, OWN]),
}
BAD = {
    "open": [3, 0o1000, 0o1003, 0o1000 | CREATE, 0o1000 | CLOSE_ON_EXEC, 3 | CREATE, 0o1003 | CREATE],
    "fcntl": [5, 6, 7, 8, 9, 10, 11, 15, 1024, 1025, 1026, 1031, 1032, 1033, 1034, 1035, 1036, 1037, 1038],
    "ioctl": [0x5412, 0x5410, 0x5408, 0x540E, 0x40086602, 0x80086601, 0x4020940D, 0x541D, 0x5452, 0x8901],
    "prctl": [1, 4, 22, 23, 24, 28, 33, 35, 38, 45, 47, 0x59616D61],
    "kill": [0, 1, 0xFFFFFFFF, (1 << 32) - OWN, OWN + 1],
    "tkill": [0, 1, OWN + 1, 0xFFFFFFFF],
    "tgkill": [0, 1, OWN + 1, 0xFFFFFFFF],
    "prlimit64": [1, OWN + 1, 0xFFFFFFFF],
    "sched_getaffinity": [1, OWN + 1],
}
BAD["openat"] = BAD["open"]
GOOD["openat"] = (2, GOOD["open"][1])


@pytest.mark.parametrize("name", GOOD)
def test_the_arguments_that_the_kernel_looks_at_decide(machine: str, name: str) -> None:
    known = ARCHITECTURES[machine]
    if name not in known.numbers:
        assert (machine, name) == ("aarch64", "open")
        return
    code, number = seccomp.program(known, OWN), known.numbers[name]
    place, good = GOOD[name]
    for high in (0, 0xFFFFFFFF << 32):  # the kernel takes the lower half of these arguments
        for value in good:
            assert answer(code, known.audit, number, {place: high | value}) == seccomp.ALLOW, hex(value)
        for value in BAD[name]:
            assert answer(code, known.audit, number, {place: high | value}) == seccomp.REFUSE, hex(value)


def test_every_check_of_arguments_is_tried_here(machine: str) -> None:
    known = ARCHITECTURES[machine]
    assert known.numbers.keys() - ALLOWED - {"seccomp", "capset"} == GOOD.keys() & known.numbers.keys()
