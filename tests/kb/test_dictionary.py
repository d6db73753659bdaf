"""The shop's own dictionary: validated, effective at once."""

import pytest
from django.core.exceptions import ValidationError

from cs_platform.models import User
from kb.models import Product, SynonymGroup, Term
from kb.search import current_index, forget_index, search
from kb.services.dictionary import delete_from_dictionary, save_group, save_term, switch_shipped_group
from kb.vocabulary import Dictionary, Vocabulary, shipped
from tests.factories import make_entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("words_only")]

Kind = Term.Kind


def group(*words: str) -> SynonymGroup:
    return save_group(SynonymGroup(words="\n".join(words)), by=None)


def term(kind: Kind, word: str, right: str = "") -> Term:
    return save_term(Term(kind=kind, word=word, right_word=right), by=None)


def test_a_new_synonym_is_understood_by_the_next_question() -> None:
    wanted = make_entry("青团怎么保存", "放冰箱")
    make_entry("月饼怎么邮寄", "走冷链")
    assert not any(hit.phrasing_match for hit in search("艾粑粑") if hit.entry.id == wanted.pk)
    group("青团", "艾粑粑")
    assert search("艾粑粑")[0].entry.id == wanted.pk


def test_a_group_joins_the_shipped_one_whose_word_it_lists() -> None:
    canonical = Vocabulary(Dictionary(groups=(("邮费", "船钱"),))).canonical
    assert canonical("船钱") == canonical("运费") == canonical("邮费")


def test_a_switched_off_shipped_group_no_longer_counts() -> None:
    assert mean_the_same("邮费", "运费")
    switch_shipped_group("运费", is_on=False, by=None)
    assert not mean_the_same("邮费", "运费")
    switch_shipped_group("运费", is_on=True, by=None)
    assert mean_the_same("邮费", "运费")


def mean_the_same(one: str, other: str) -> bool:
    """To an index of this moment: one that took long to build would rest before it follows the next change."""
    forget_index()
    reader = current_index().reader
    return reader.read(one).words == reader.read(other).words


def test_a_misspelling_is_read_as_the_right_word() -> None:
    term(Kind.MISSPELLING, "青摊", "青团")
    assert current_index().reader.read("青摊怎么吃").text == "青团怎么吃"


def test_a_stop_word_counts_for_nothing() -> None:
    assert Vocabulary(Dictionary(stop_words=("小禾家",))).canonical("小禾家运费").split()[0] == "运费"


def test_a_protected_term_is_never_split_or_replaced() -> None:
    canonical = Vocabulary(Dictionary(protected=("发货宝",))).canonical
    assert "发货" not in canonical("发货宝怎么用") and canonical("发货宝").strip() in canonical("我的发货宝")
    assert canonical("发货多久") == shipped().canonical("发货多久")


def test_taking_a_group_out_ends_its_effect() -> None:
    kept = group("青团", "艾粑粑")
    assert current_index().reader.read("艾粑粑").words == current_index().reader.read("青团").words
    delete_from_dictionary([kept], by=None)
    assert current_index().reader.read("艾粑粑").words != current_index().reader.read("青团").words


@pytest.mark.parametrize("words", ["青团", "青团\n艾粑粑\n饭团", "青团\n" + "长" * 41, "青团\n饭糰"])
def test_a_group_that_does_not_fit_is_refused(words: str) -> None:
    group("饭团", "粢饭")
    with pytest.raises(ValidationError):
        save_group(SynonymGroup(words=words), by=None)
    assert SynonymGroup.objects.count() == 1


@pytest.mark.parametrize(
    ("kind", "word", "right", "field"),
    [
        (Kind.PROTECTED, "饭团", "", "word"),
        (Kind.STOP, "发飘", "", "word"),
        (Kind.MISSPELLING, "发票", "发飘", "right_word"),
        (Kind.MISSPELLING, "法票", "发飘", "right_word"),
        (Kind.MISSPELLING, "发票", "增票", "word"),
        (Kind.MISSPELLING, "账号", "我的账号", "right_word"),
        (Kind.MISSPELLING, "号", "账户", "word"),
        (Kind.MISSPELLING, "帐好", "", "right_word"),
    ],
)
def test_a_term_that_does_not_fit_is_refused(kind: Kind, word: str, right: str, field: str) -> None:
    group("饭团", "粢饭")
    term(Kind.MISSPELLING, "发飘", "发票")
    with pytest.raises(ValidationError) as refused:
        term(kind, word, right)
    assert field in refused.value.message_dict and Term.objects.count() == 1


def test_what_is_stored_can_be_stored_again(manager: User) -> None:
    kept = group("饭团", "粢饭")
    kept.words = "饭团\n粢饭\n三角饭团"
    save_group(kept, by=manager)
    assert SynonymGroup.objects.get().listed == ["饭团", "粢饭", "三角饭团"]


def test_a_product_of_the_shop_is_known_by_name_and_number() -> None:
    Product.objects.create(sku="QT-100", name="青团礼盒")
    wanted = make_entry("QT-100能放几天", "三天")
    assert search("青团礼盒")[0].entry.id == wanted.pk
