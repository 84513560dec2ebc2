"""Who stands before which camera, and when."""

from collections import Counter, defaultdict
from datetime import datetime, timedelta

import pytest

from flows.demo.day import SEED, plan_day
from flows.demo.school import school


@pytest.fixture(scope="module", params=[120, 3253])
def plan(request):
    return plan_day(request.param, SEED)


def by_camera(things, name):
    grouped = defaultdict(list)
    for thing in things:
        grouped[name(thing)].append(thing)
    return grouped


def test_everybody_comes_who_is_expected(plan):
    expected = {s.student_no for s in plan.students if s.session is not None}
    stay_away = {no for no, fault in plan.planted.items() if not fault.shots}
    shots = Counter(frame.key for frame in plan.lineup.frames)
    strangers = {key for key in shots if key.startswith("stranger")}
    assert set(shots) == (expected - stay_away) | strangers
    twice = {no for no, fault in plan.planted.items() if fault.name == "photographed_twice"}
    assert {key for key, count in shots.items() if count > 1} == twice


def test_students_come_in_order_within_their_session(plan):
    sessions = {s.student_no: s.session for s in plan.students}
    queues = by_camera(
        [frame.key for frame in plan.lineup.frames if frame.key in sessions], sessions.__getitem__
    )
    assert all(queue == sorted(queue) for queue in queues.values())


def test_captures_fall_within_their_session(plan):
    sessions = {s.student_no: s.session for s in plan.students}
    for frame in plan.lineup.frames:
        at = sessions.get(frame.key)
        if at is not None:
            session = plan.sessions[at]
            assert frame.camera.room == session.room
            start, end = (datetime.combine(school().held_on, t) for t in (session.start, session.end))
            assert start <= frame.taken_at <= end


def test_the_counter_follows_the_clock(plan):
    for name, frames in by_camera(plan.lineup.frames, lambda frame: frame.camera.name).items():
        times = [frame.taken_at for frame in frames]
        assert times == sorted(times)
        assert [f.path for f in frames] == [f"{name}/DSC_{at:04}.JPG" for at in range(1, len(frames) + 1)]


def test_a_moment_tells_whose_an_unnamed_file_is(plan):
    people = {s.student_no: s.person.document_no for s in plan.students}
    for camera in school().cameras:
        readings = [r for r in plan.lineup.readings if r.camera == camera.name]
        if camera.logs_file_name:
            continue
        assert {reading.file_name for reading in readings} == {""}
        for frame in (f for f in plan.lineup.frames if f.camera is camera):
            near = [r for r in readings if timedelta() <= frame.taken_at - r.read_at <= timedelta(seconds=15)]
            numbers = {reading.document_no for reading in near}
            if frame.key in people:
                assert numbers == {people[frame.key]}
                assert any(2 <= (frame.taken_at - r.read_at).seconds <= 6 for r in near)
            elif frame.key.startswith("stranger_unlogged"):
                assert not numbers


def test_named_files_are_logged_with_their_card(plan):
    people = {s.student_no: s.person.document_no for s in plan.students}
    logged = {(r.camera, r.file_name): r.document_no for r in plan.lineup.readings if r.file_name}
    frames = [f for f in plan.lineup.frames if f.camera.logs_file_name and f.key in people]
    assert frames
    for frame in frames:
        assert logged[frame.camera.name, frame.path.split("/")[1]] == people[frame.key]


def test_strangers_are_on_no_roster(plan):
    known = {student.person.document_no for student in plan.students}
    unknown = [r for r in plan.lineup.readings if r.document_no not in known]
    strangers = [f.key for f in plan.lineup.frames if f.key.startswith("stranger-")]
    assert len(unknown) == len(strangers) == max(1, round(sum(s.expected for s in plan.sessions) * 0.002))


def test_one_of_two_shots_is_the_worse(plan):
    shots = by_camera(plan.lineup.frames, lambda frame: frame.key)
    for no, fault in plan.planted.items():
        if fault.name == "photographed_twice":
            first, second = shots[no]
            assert bool(first.mishap) != bool(second.mishap)
            assert second.taken_at - first.taken_at == timedelta(seconds=5)
