"""Every change is a version: what, who, when; compared, taken back, and never written over unseen."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from cs_platform.models import User
from kb import services
from kb.differences import difference, side
from kb.imports import import_file
from kb.models import Entry, EntryVersion, Product
from kb.services.history import StaleEntry
from kb.services.proposals import propose_entry, return_entry
from tests.factories import make_entry
from tests.kb.files import make_xlsx

pytestmark = pytest.mark.django_db


def deeds(entry: Entry) -> list[tuple[int, str]]:
    return list(entry.versions.order_by("number").values_list("number", "deed"))


def edit(entry: Entry, **values: object) -> Entry:
    for name, value in values.items():
        setattr(entry, name, value)
    return services.save_entry(entry, by=None)


def edit_at_once(copy: Entry, answer: str, start: threading.Barrier, outcomes: list[str]) -> None:
    start.wait()
    try:
        edit(copy, answer=answer)
        outcomes.append("stored")
    except StaleEntry:
        outcomes.append("refused")
    finally:
        connection.close()


def test_each_change_is_numbered(manager: User) -> None:
    entry = make_entry("怎么退货", status=Entry.Status.DRAFT)
    edit(entry, answer="新的答案")
    services.publish_entries([entry], by=manager)
    services.archive_entries([entry], by=manager)
    assert deeds(entry) == [(1, "created"), (2, "edited"), (3, "published"), (4, "archived")]
    last = entry.versions.first()
    assert (last.by, last.snapshot["answer"], last.snapshot["status"]) == (manager, "新的答案", "archived")


def test_saving_what_is_stored_already_makes_no_version() -> None:
    entry = make_entry()
    services.save_entry(entry, by=None)
    assert deeds(entry) == [(1, "published")]


def test_what_was_there_before_versions_were_kept_becomes_the_first() -> None:
    entry = make_entry("怎么退货", "旧的")
    EntryVersion.objects.all().delete()
    Entry.objects.update(version=0)
    entry.refresh_from_db()
    edit(entry, answer="新的")
    assert deeds(entry) == [(1, "baseline"), (2, "edited")]
    assert entry.versions.get(number=1).snapshot["answer"] == "旧的"


def test_a_comment_of_the_review_is_kept(agent: User, manager: User) -> None:
    entry = propose_entry(question="怎么退货", answer="申请。", by=agent).entry
    return_entry(entry, comment="写上期限", by=manager)
    assert entry.versions.first().note == "写上期限"


def test_an_import_makes_versions_of_what_it_changes() -> None:
    kept, changed = make_entry("甲", "不变"), make_entry("乙", "旧的")
    import_file("a.xlsx", make_xlsx(("甲", "不变", ""), ("乙", "新的", ""), ("丙", "全新", "")), by=None)
    assert deeds(kept) == [(1, "published")]
    assert deeds(changed) == [(1, "published"), (2, "imported")]
    assert deeds(Entry.objects.get(question="丙")) == [(1, "imported")]


def test_text_and_scope_are_taken_back_and_the_state_stays() -> None:
    scarf = Product.objects.create(sku="S", name="围巾")
    entry = Entry(question="怎么洗", answer="手洗。", status=Entry.Status.DRAFT, channels="web")
    services.save_entry(entry, by=None, products=[scarf])
    services.save_entry(edit(entry, answer="机洗。", channels="", status="published"), by=None, products=[])
    services.revert_entry(entry, entry.versions.get(number=1), by=None)
    entry.refresh_from_db()
    assert (entry.answer, entry.channels, list(entry.products.all())) == ("手洗。", "web", [scarf])
    assert (entry.status, entry.versions.first().deed) == ("published", "reverted")


def test_an_entry_is_not_taken_back_to_products_that_are_gone() -> None:
    scarf = Product.objects.create(sku="S", name="围巾")
    entry = services.save_entry(Entry(question="怎么洗", answer="手洗。"), by=None, products=[scarf])
    services.save_entry(entry, by=None, products=[])
    scarf.delete()
    with pytest.raises(ValidationError):
        services.revert_entry(entry, entry.versions.get(number=1), by=None)
    assert entry.versions.count() == 2


def test_of_two_who_read_the_same_version_the_second_is_refused() -> None:
    mine = make_entry("怎么退货", "原文")
    theirs = Entry.objects.get(pk=mine.pk)
    edit(theirs, answer="他们的")
    with pytest.raises(StaleEntry):
        edit(mine, answer="我的")
    assert Entry.objects.get().answer == "他们的"


def test_a_number_is_used_once() -> None:
    entry = make_entry()
    with pytest.raises(IntegrityError), transaction.atomic():
        EntryVersion.objects.create(entry=entry, number=1, deed="edited", snapshot={})


@pytest.mark.django_db(transaction=True)
def test_two_edits_at_the_same_moment_make_one_version() -> None:
    entry = make_entry("怎么退货", "原文")
    copies = [Entry.objects.get(pk=entry.pk) for _ in range(2)]
    start, outcomes = threading.Barrier(2), []
    arguments = [(copy, f"改{number}", start, outcomes) for number, copy in enumerate(copies)]
    threads = [threading.Thread(target=edit_at_once, args=one) for one in arguments]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert (sorted(outcomes), entry.versions.count()) == (["refused", "stored"], 2)


def test_chinese_is_compared_by_characters_and_figures_as_a_whole() -> None:
    pieces = difference("支持7天无理由退货", "支持15天无理由退换货")
    assert [piece.text for piece in pieces if piece.kind == "gone"] == ["7"]
    assert [piece.text for piece in pieces if piece.kind == "new"] == ["15", "换"]
    assert "".join(piece.text for piece in side(pieces, "new")) == "支持15天无理由退换货"


def test_long_texts_are_compared_by_lines() -> None:
    old = "\n".join(f"第{number}行的内容" for number in range(900))
    pieces = difference(old, old.replace("第500行的内容", "改过了"))
    assert [(piece.kind, piece.text) for piece in pieces if piece.kind != "same"] == [
        ("gone", "第500行的内容\n"),
        ("new", "改过了\n"),
    ]
