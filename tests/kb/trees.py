"""Small decision trees for tests."""

from kb.flow_tree import Option, Step, Tree
from kb.models import Flow
from kb.services.flows import publish_flow, save_flow

REASON = ("质量问题", "不喜欢")


def returning() -> Tree:
    """Order number → reason → a photo when it is the quality → a ticket."""
    return Tree(
        "退货",
        (
            say("hello", "好的，我来帮您退货。", "order"),
            ask("order", "请把订单号发给我。", "订单号", "reason", expects="order"),
            Step(
                "reason",
                "choose",
                "退货原因是什么？",
                config={"variable": "原因"},
                options=(
                    Option("photo", "质量问题", ("坏了", "破损")),
                    Option("ticket", "不喜欢", ("不合适", "不想要")),
                ),
            ),
            ask("photo", "请拍张照片发过来。", "照片", "ticket", expects="photo", is_optional=True),
            Step("ticket", "action", next="end", config={"action": "make_ticket", "value": "return"}),
            Step("end", "end", "已登记，编号 {ticket}，订单 {订单号}。"),
        ),
    )


def say(key: str, text: str, following: str) -> Step:
    return Step(key, "say", text, following)


def ask(
    key: str, text: str, variable: str, following: str, *, expects: str = "text", is_optional: bool = False
) -> Step:
    return Step(key, "ask", text, following, {"variable": variable, "expects": expects, "is_optional": is_optional})


def condition(key: str, fact: str, cases: tuple[tuple[str, str, str], ...], otherwise: str) -> Step:
    """Cases are comparison, value, next step."""
    options = tuple(Option(following, operator=operator, value=value) for operator, value, following in cases)
    return Step(key, "condition", "", otherwise, {"fact": fact}, options)


def end(key: str = "end", text: str = "好了。") -> Step:
    return Step(key, "end", text)


def publish(tree: Tree, *phrasings: str, **fields: object) -> Flow:
    """A tree that customers can walk, begun by these phrasings."""
    flow = save_flow(Flow(name=tree.name, **fields), tree, phrasings=phrasings or ("我要退货",), by=None)
    publish_flow(flow, by=None)
    flow.refresh_from_db()
    return flow
