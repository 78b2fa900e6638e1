"""The decision guide: a few questions, one after the other, and at the end an optimizer with the evidence for it."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from course.lab.look import CHOICES, GOOD, card, link, paragraph
from course.text import Text, language
from course.topic import lessons

if TYPE_CHECKING:
    import ipywidgets as widgets


@dataclass(frozen=True)
class Question:
    """A question; each answer leads to another entry of `TREE`."""

    text: Text
    answers: tuple[tuple[Text, str], ...]


@dataclass(frozen=True)
class Leaf:
    """A recommendation."""

    rules: Text
    why: Text
    first: Text
    """What to try first."""
    evidence: tuple[tuple[str, str], ...]
    """Lessons by stem, and the claim whose verdict to look at there."""


YES, NO = Text(en="Yes", zh="是"), Text(en="No", zh="否")

TREE: dict[str, Question | Leaf] = {
    "start": Question(
        Text(
            en="Is your data sparse: are most inputs zero, as with words, clicks or ratings?",
            zh="您的数据稀疏吗？也就是说，输入大多是零，例如词、点击、评分。",
        ),
        ((YES, "sparse"), (NO, "memory")),
    ),
    "memory": Question(
        Text(
            en="Is memory short? An optimizer may keep up to two more numbers for every weight.",
            zh="内存紧张吗？优化器可能为每个权重另存最多两个数。",
        ),
        (
            (
                Text(en="Very: there is no room for anything beside the weights", zh="非常紧：除了权重，什么都放不下"),
                "bare",
            ),
            (Text(en="Rather: one more number a weight is possible", zh="比较紧：每个权重可以多存一个数"), "lean"),
            (Text(en="No", zh="不紧张"), "budget"),
        ),
    ),
    "budget": Question(
        Text(
            en="How many trainings can you afford in order to find a good learning rate?",
            zh="为了找到好的学习率，您负担得起多少次训练？",
        ),
        (
            (Text(en="One: it has to work as it is", zh="一次：必须直接能用"), "untuned"),
            (Text(en="A handful or more", zh="几次以上"), "scarce"),
        ),
    ),
    "scarce": Question(
        Text(
            en="Does the network learn the training data by heart and do badly on new data?",
            zh="网络是不是把训练数据背了下来，在新数据上却表现不好？",
        ),
        ((Text(en="Yes, it over-fits", zh="是，它过拟合了"), "overfits"), (NO, "kind")),
    ),
    "kind": Question(
        Text(en="What is your network like?", zh="您的网络是哪一种？"),
        (
            (Text(en="It reads images with convolutions", zh="用卷积处理图像"), "images"),
            (Text(en="It reads long sequences step by step (LSTM)", zh="逐步读取长序列（LSTM）"), "sequences"),
            (
                Text(
                    en="It is a Transformer, or many kinds of layers at once", zh="是 Transformer，或者多种层混在一起"
                ),
                "mixed",
            ),
        ),
    ),
    "mixed": Question(
        Text(en="What goes wrong with Adam?", zh="用 Adam 时，出了什么问题？"),
        (
            (Text(en="Nothing yet", zh="还没有问题"), "first"),
            (Text(en="The first hundred steps are wild", zh="最初一百步很不稳"), "start-up"),
            (Text(en="The result differs from seed to seed", zh="换一个随机种子，结果就不同"), "seeds"),
        ),
    ),
    "sparse": Leaf(
        Text(en="AdaGrad; RMSprop for long trainings", zh="AdaGrad；训练很长时用 RMSprop"),
        Text(
            en="A rare feature is seen seldom and should then take a long step. AdaGrad's sum sees to that, but only "
            "grows, so in a long training the steps die away; RMSprop's average forgets.",
            zh="罕见的特征难得出现一次，出现时就该迈大步。AdaGrad 的累加和做到了这一点，但它只增不减，"
            "训练久了步子就会消失；RMSprop 的平均值则会遗忘。",
        ),
        Text(en="AdaGrad at 0.1, then 0.01 and 1.", zh="先试 AdaGrad，取 0.1，再试 0.01 和 1。"),
        (("adagrad", "adagrad-2"), ("adagrad", "adagrad-3"), ("rmsprop", "rms-2"), ("choosing", "choose-2")),
    ),
    "bare": Leaf(
        Text(en="SGD", zh="SGD"),
        Text(
            en="It remembers nothing. You pay with trainings, in order to find its rate.",
            zh="它什么都不记。代价是要多训练几次，才能找到它的学习率。",
        ),
        Text(
            en="Rates from 1 down to 0.01, each a third of the one before.",
            zh="学习率从 1 到 0.01，每次取前一个的三分之一。",
        ),
        (("sgd", "sgd-2"), ("sgd", "sgd-3"), ("choosing", "choose-4")),
    ),
    "lean": Leaf(
        Text(en="SGD with momentum", zh="带动量的 SGD"),
        Text(
            en="One buffer, half of what Adam keeps, and on many tasks no worse once its rate is tuned.",
            zh="只有一个缓冲区，是 Adam 的一半；调好学习率之后，在许多任务上并不逊色。",
        ),
        Text(en="μ = 0.9, and a tenth of SGD's best rate.", zh="μ = 0.9，学习率取 SGD 最佳值的十分之一。"),
        (("momentum", "mom-2"), ("momentum", "mom-3"), ("choosing", "choose-4")),
    ),
    "untuned": Leaf(
        Text(en="RMSprop or Adadelta, as they are", zh="RMSprop 或 Adadelta，直接使用"),
        Text(
            en="With torch's defaults these two learned most on the tables of the Adadelta lesson. Adam's default, "
            "0.001, is meant for large networks and long trainings: on small tasks it is slow.",
            zh="在 Adadelta 一课的表格上，取 torch 的默认值时，这两个学得最多。Adam 的默认值 0.001 适合大网络、长训练，"
            "在小任务上偏慢。",
        ),
        Text(
            en="torch's defaults; and if a second training is possible, ten times the rate.",
            zh="torch 的默认值；若能再训练一次，就试试十倍的学习率。",
        ),
        (("adadelta", "delta-2"), ("rmsprop", "rms-3"), ("choosing", "choose-1")),
    ),
    "overfits": Leaf(
        Text(en="AdamW, with weight decay", zh="AdamW，配合权重衰减"),
        Text(
            en="It takes the decay apart from the gradient, so that every weight shrinks at the same pace. Look at the "
            "verdicts before you expect much, and keep an eye on the test set.",
            zh="它把权重衰减与梯度分开，所有权重以同样的比例缩小。期望过高之前，请先看看判定，也请留意测试集上的表现。",
        ),
        Text(en="A rate of 0.001, weight decay 0.01, 0.1 and 1.", zh="学习率 0.001，权重衰减取 0.01、0.1 和 1。"),
        (("adamw", "adamw-1"), ("adamw", "adamw-2"), ("choosing", "choose-5")),
    ),
    "images": Leaf(
        Text(en="SGD with momentum, or Nesterov's", zh="带动量的 SGD，或 Nesterov 动量"),
        Text(
            en="The momentum lesson puts tuned momentum to the test against tuned plain SGD, on digit images. "
            "Nesterov's look ahead costs nothing more.",
            zh="动量一课用数字图像检验过：动量与普通 SGD 各自调好学习率，再比高下。Nesterov 的前瞻不再多花代价。",
        ),
        Text(
            en="μ = 0.9, rates around 0.1 to 0.01, lowered on the way.",
            zh="μ = 0.9，学习率在 0.1 到 0.01 左右，途中调小。",
        ),
        (("momentum", "mom-4"), ("nesterov", "nag-2"), ("nesterov", "nag-3")),
    ),
    "sequences": Leaf(
        Text(en="RMSprop or Adam", zh="RMSprop 或 Adam"),
        Text(
            en="In a recurrent network the size of the gradients changes fast; both divide it away.",
            zh="循环神经网络里，梯度的大小变化很快；两者都会把它除掉。",
        ),
        Text(en="Rates from 0.03 to 0.001.", zh="学习率从 0.03 到 0.001。"),
        (("rmsprop", "rms-4"), ("adam", "adam-2")),
    ),
    "first": Leaf(
        Text(en="Adam or AdamW", zh="Adam 或 AdamW"),
        Text(
            en="The gradients of so many kinds of layers may differ greatly in size, and Adam gives each its own "
            "scale. Then tune the rate all the same.",
            zh="层的种类一多，梯度的大小就可能相差悬殊，Adam 让每个参数都有自己的尺度。但学习率还是要调。",
        ),
        Text(en="0.001, then 0.003 and 0.0003.", zh="0.001，然后 0.003 和 0.0003。"),
        (("adam", "adam-4"), ("adamw", "adamw-3"), ("choosing", "choose-1")),
    ),
    "start-up": Leaf(
        Text(en="RAdam, or Adam with a warmup", zh="RAdam，或带预热的 Adam"),
        Text(
            en="Adam's first scales are guessed from a handful of gradients. RAdam waits until they can be trusted; a "
            "warmup keeps the steps short meanwhile.",
            zh="Adam 最初的尺度只凭几个梯度估出。RAdam 等到它可信才用；预热则在此期间让步子短一些。",
        ),
        Text(en="Adam's own rate.", zh="与 Adam 相同的学习率。"),
        (("radam", "radam-1"), ("choosing", "choose-5")),
    ),
    "seeds": Leaf(
        Text(en="Lookahead around the optimizer that you have", zh="在现有优化器外面套一层 Lookahead"),
        Text(
            en="Its slow weights follow only half of every excursion. One more copy of the weights.",
            zh="它的慢权重只跟随每次探索的一半。代价是权重再多存一份。",
        ),
        Text(
            en="k = 5, α = 0.5, and the inner rate a little larger than before.",
            zh="k = 5，α = 0.5，内层学习率比原来略大。",
        ),
        (("lookahead", "look-1"), ("lookahead", "look-2"), ("choosing", "choose-5")),
    ),
}

_TRY = Text(en="Try first:", zh="先试：")
_EVIDENCE = Text(en="Evidence in this course:", zh="本课程中的证据：")
_ABOVE = Text(en="above", zh="见上文")


def guide() -> widgets.VBox:
    """Ask questions, one below the other; each answer, by mouse or arrow keys, opens what follows from it.

    An earlier answer can be changed at any time: what stood below it is asked anew.

    Examples:
        >>> from course.lab import guide
        >>> question, answers = guide().children
        >>> answers.options
        ('Yes', 'No')

    """
    import ipywidgets as widgets

    lang = language()
    box = widgets.VBox([])
    box.add_class("course-quiz")

    def ask(name: str, depth: int) -> list[Any]:
        """Return the widgets that show one entry of the tree."""
        entry = TREE[name]
        if isinstance(entry, Leaf):
            shown = widgets.Output()  # not an HTML widget: only here does JupyterLab resolve links to notebooks
            data = {"text/html": leaf(name), "text/plain": entry.rules[lang]}
            shown.outputs = ({"output_type": "display_data", "data": data, "metadata": {}},)
            return [shown]
        text = paragraph(f"<b>{depth + 1}. {html.escape(entry.text[lang])}</b>", margin=".4em 0 0")
        asked = widgets.HTML(text if depth else CHOICES + text)
        labels = [answer[lang] for answer, _ in entry.answers]
        choice = widgets.RadioButtons(options=labels, value=None, layout={"width": "100%"})

        def chosen(change: dict[str, Any]) -> None:
            if change["new"] is not None:
                following = entry.answers[labels.index(change["new"])][1]
                box.children = (*box.children[: 2 * depth + 2], *ask(following, depth + 1))

        choice.observe(chosen, names="value")
        return [asked, choice]

    box.children = tuple(ask("start", 0))
    return box


def leaf(name: str) -> str:
    """Return a recommendation as HTML, with links to the lessons that bear it out."""
    entry = TREE[name]
    assert isinstance(entry, Leaf)  # noqa: S101 - for the type checker: only leaves are asked for
    lang = language()
    titles = {lesson.stem: lesson for lesson in lessons()}
    items = []
    for stem, claim in entry.evidence:
        lesson = titles[stem]
        place = _ABOVE[lang] if stem == "choosing" else link(lesson.notebook(lang), lesson.title[lang])
        items.append(f"{place} (<code>{claim}</code>)" if lang == "en" else f"{place}（<code>{claim}</code>）")
    join = "; " if lang == "en" else "；"
    head = f'<span style="font-size:1.15em">→ {html.escape(entry.rules[lang])}</span>'
    inside = (
        f"<br>{html.escape(entry.why[lang])}<br><b>{_TRY[lang]}</b> {html.escape(entry.first[lang])}<br>"
        f"<b>{_EVIDENCE[lang]}</b> {join.join(items)}"
    )
    return card(head, inside, GOOD, live=True)
