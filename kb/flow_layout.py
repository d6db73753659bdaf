"""Where the boxes and lines of a tree's picture go: layers from top to bottom, few crossings, nothing overlaps. Pure.

The classic three steps: a layer for each node by its longest way from the start (ways back set aside), an order within
each layer by the middle of the neighbours, then places that draw nodes to their neighbours as far as there is room.
A line that passes layers takes up a narrow place in each of them, so it runs between boxes and not through them.
"""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

GAP_X, GAP_Y = 28.0, 44.0
WIDTH_OF_LINE = 10.0
_SWEEPS = 8
_MARGIN = 16.0


@dataclass(frozen=True, slots=True)
class Box:
    """Something to place: its name and size."""

    name: str
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Placed:
    """A box with its upper left corner."""

    name: str
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


@dataclass(frozen=True, slots=True)
class Route:
    """A line from one box to another through these points."""

    start: str
    end: str
    points: tuple[tuple[float, float], ...]
    is_back: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """The whole picture, in pixels."""

    width: float
    height: float
    boxes: tuple[Placed, ...]
    routes: tuple[Route, ...]


@dataclass(slots=True)
class _Node:
    width: float
    height: float
    layer: int = 0
    x: float = 0.0
    above: list[str] = field(default_factory=list)
    below: list[str] = field(default_factory=list)


def lay_out(boxes: Sequence[Box], edges: Iterable[tuple[str, str]]) -> Layout:
    """Place boxes that edges join; the first box is the start. Names without a box are passed over."""
    known = {box.name for box in boxes}
    wanted = [(start, end) for start, end in dict.fromkeys(edges) if start in known and end in known]
    back = _ways_back(boxes, wanted)
    forward = [edge for edge in wanted if edge not in back]
    nodes = {box.name: _Node(box.width, box.height) for box in boxes}
    _set_layers(nodes, forward)
    chains = {edge: _chain(nodes, edge) for edge in forward}
    layers = _order(nodes)
    _place(nodes, layers)
    return _draw(boxes, nodes, layers, chains, back)


def _ways_back(boxes: Sequence[Box], edges: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    """Edges that close a circle, found by going down from the first box."""
    ways: dict[str, list[str]] = {box.name: [] for box in boxes}
    for start, end in edges:
        ways[start].append(end)
    back: set[tuple[str, str]] = set()
    done: set[str] = set()
    for box in boxes:
        path: list[str] = [box.name] if box.name not in done else []
        left = {box.name: list(ways[box.name])}
        while path:
            here = path[-1]
            if not left[here]:
                done.add(path.pop())
                continue
            following = left[here].pop(0)
            if following in path:
                back.add((here, following))
            elif following not in done:
                left[following] = list(ways[following])
                path.append(following)
    return back


def _set_layers(nodes: Mapping[str, _Node], edges: Sequence[tuple[str, str]]) -> None:
    for _round in range(len(nodes)):
        moved = False
        for start, end in edges:
            if nodes[end].layer <= nodes[start].layer:
                nodes[end].layer = nodes[start].layer + 1
                moved = True
        if not moved:
            return


def _chain(nodes: dict[str, _Node], edge: tuple[str, str]) -> list[str]:
    """The places that an edge passes, its ends included; each layer in between gets one."""
    start, end = edge
    names = [start]
    for layer in range(nodes[start].layer + 1, nodes[end].layer):
        name = f"{start}\n{end}\n{layer}"
        nodes[name] = _Node(WIDTH_OF_LINE, 0.0, layer)
        names.append(name)
    names.append(end)
    for upper, lower in itertools.pairwise(names):
        nodes[upper].below.append(lower)
        nodes[lower].above.append(upper)
    return names


def _order(nodes: Mapping[str, _Node]) -> list[list[str]]:
    """Each layer from left to right; the order with the fewest crossings that was seen."""
    layers: list[list[str]] = [[] for _ in range(max((node.layer for node in nodes.values()), default=-1) + 1)]
    for name, node in nodes.items():
        layers[node.layer].append(name)
    best, fewest = [list(layer) for layer in layers], _crossings(nodes, layers)
    for sweep in range(_SWEEPS):
        is_down = sweep % 2 == 0
        for layer in layers if is_down else reversed(layers):
            rank = {name: place for one in layers for place, name in enumerate(one)}
            layer.sort(key=lambda name: _middle_rank(nodes[name], rank, rank[name], is_down=is_down))
        count = _crossings(nodes, layers)
        if count < fewest:
            best, fewest = [list(layer) for layer in layers], count
    return best


def _middle_rank(node: _Node, rank: Mapping[str, int], own: int, *, is_down: bool) -> float:
    neighbours = sorted(rank[name] for name in (node.above if is_down else node.below))
    if not neighbours:
        return float(own)
    middle = len(neighbours) // 2
    return neighbours[middle] if len(neighbours) % 2 else (neighbours[middle - 1] + neighbours[middle]) / 2


def _crossings(nodes: Mapping[str, _Node], layers: Sequence[Sequence[str]]) -> int:
    count = 0
    for upper, lower in itertools.pairwise(layers):
        rank = {name: place for place, name in enumerate(lower)}
        ends = [rank[name] for start in upper for name in sorted(nodes[start].below, key=lambda one: rank[one])]
        count += sum(one > other for place, one in enumerate(ends) for other in ends[place + 1 :])
    return count


def _place(nodes: Mapping[str, _Node], layers: Sequence[Sequence[str]]) -> None:
    """Left to right without overlap, then drawn towards the neighbours, down and up in turn."""
    for layer in layers:
        x = 0.0
        for name in layer:
            nodes[name].x = x
            x += nodes[name].width + GAP_X
    for sweep in range(_SWEEPS * 2):
        for layer in layers if sweep % 2 == 0 else reversed(layers):
            _draw_together(nodes, layer, is_down=sweep % 2 == 0)
    left = min((node.x for node in nodes.values()), default=0.0)
    for node in nodes.values():
        node.x += _MARGIN - left


def _draw_together(nodes: Mapping[str, _Node], layer: Sequence[str], *, is_down: bool) -> None:
    wishes = [_wish(nodes, nodes[name], is_down=is_down) for name in layer]
    # The mean of “as far left as wished, pushed right” and the same from the other side keeps both gap and balance.
    rightwards: list[float] = []
    for wish in wishes:
        least = rightwards[-1] + nodes[layer[len(rightwards) - 1]].width + GAP_X if rightwards else wish
        rightwards.append(max(wish, least))
    leftwards: list[float] = [0.0] * len(layer)
    for place in range(len(layer) - 1, -1, -1):
        most = leftwards[place + 1] - GAP_X - nodes[layer[place]].width if place + 1 < len(layer) else wishes[place]
        leftwards[place] = min(wishes[place], most)
    for name, one, other in zip(layer, rightwards, leftwards, strict=True):
        nodes[name].x = (one + other) / 2


def _wish(nodes: Mapping[str, _Node], node: _Node, *, is_down: bool) -> float:
    neighbours = (node.above if is_down else node.below) or node.below or node.above
    if not neighbours:
        return node.x
    middle = sum(nodes[name].x + nodes[name].width / 2 for name in neighbours) / len(neighbours)
    return middle - node.width / 2


def _draw(
    boxes: Sequence[Box],
    nodes: Mapping[str, _Node],
    layers: Sequence[Sequence[str]],
    chains: Mapping[tuple[str, str], Sequence[str]],
    back: Iterable[tuple[str, str]],
) -> Layout:
    tops: list[float] = []
    y = _MARGIN
    heights = [max((nodes[name].height for name in layer), default=0.0) for layer in layers]
    for height in heights:
        tops.append(y)
        y += height + GAP_Y
    placed = {
        box.name: Placed(box.name, nodes[box.name].x, tops[nodes[box.name].layer], box.width, box.height)
        for box in boxes
    }
    width = max((node.x + node.width for node in nodes.values()), default=0.0) + _MARGIN
    routes = [_route(edge, names, nodes, placed, tops, heights) for edge, names in chains.items()]
    for place, (start, end) in enumerate(sorted(back)):
        side = width + 10 + 12 * place
        routes.append(_route_back(placed[start], placed[end], side))
    if back:
        width += 20 + 12 * len(list(back))
    return Layout(width, y - GAP_Y + _MARGIN, tuple(placed.values()), tuple(routes))


def _route(
    edge: tuple[str, str],
    names: Sequence[str],
    nodes: Mapping[str, _Node],
    placed: Mapping[str, Placed],
    tops: Sequence[float],
    heights: Sequence[float],
) -> Route:
    start, end = placed[edge[0]], placed[edge[1]]
    points = [(start.middle, start.y + start.height)]
    for name in names[1:-1]:
        node = nodes[name]
        x = node.x + node.width / 2
        points += [(x, tops[node.layer]), (x, tops[node.layer] + heights[node.layer])]
    points.append((end.middle, end.y))
    return Route(*edge, tuple(points))


def _route_back(start: Placed, end: Placed, side: float) -> Route:
    """Around everything on the right."""
    low, high = start.y + start.height / 2, end.y + end.height / 2
    points = ((start.x + start.width, low), (side, low), (side, high), (end.x + end.width, high))
    return Route(start.name, end.name, points, is_back=True)
