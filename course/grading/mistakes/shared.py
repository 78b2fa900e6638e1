"""The wrong turns that can be taken in more than one topic; their switches are in `switched.py`."""

from __future__ import annotations

from course.grading.mistakes.mistake import Mistake
from course.text import Text

DIRECTION = (
    Mistake(
        "uphill",
        place="direction",
        title=Text(en="the gradient's sign is turned: the walk goes uphill", zh="梯度变了号：在往山上走"),
        explanation=Text(
            en="The gradient points to where the loss grows. Your rule takes the opposite of it as its gradient, so it"
            " climbs while weight decay, if there is any, still pulls the right way. Take a loss of one parameter,"
            " θ²/2, start at θ = 1 and do one step by hand: does it come nearer to 0?",
            zh="梯度指向损失增大的方向。您的规则把梯度取反后再用，于是一路上坡，而权重衰减（如果有）仍然往正确的方向"
            "拉。不妨取只有一个参数的损失 θ²/2，从 θ = 1 出发手算一步：它离 0 更近了吗？",
        ),
    ),
    Mistake(
        "adds-the-step",
        place="direction",
        title=Text(en="the step is added where it should be subtracted", zh="本该减去的一步被加上了"),
        explanation=Text(
            en="Everything up to the step is right; then the parameter moves the whole way in the opposite direction,"
            " weight decay included, so that large weights grow. Look at the last line, where step and parameter"
            " meet.",
            zh="这一步本身算得全对，只是参数朝相反的方向走了同样远；连权重衰减也反了过来，大的权重会越来越大。请看最后"
            "一行，步长与参数相遇的地方。",
        ),
    ),
    Mistake(
        "returns-the-step",
        place="direction",
        title=Text(en="`update` returns the step, not the new parameter", zh="`update` 返回的是步长，而不是新的参数"),
        explanation=Text(
            en="What comes back is by how much the parameter should move. The caller takes it for the parameter"
            " itself, so after one step the old position is lost and the numbers hover around zero. Reread what the"
            " docstring of `update` promises to return.",
            zh="您返回的是参数应当移动多少。调用者却把它当成参数本身，于是走一步之后，原来的位置就丢了，数值只在零附近"
            "打转。请重读 `update` 的文档字符串：它承诺返回什么？",
        ),
        section="your-turn",
    ),
)
"""Any rule."""

HANDLING = (
    Mistake(
        "param-changed-in-place",
        place="the caller's arrays",
        title=Text(en="`param` is changed in place", zh="`param` 被原地修改"),
        explanation=Text(
            en="An operator such as `-=` writes into the array that you were given. It belongs to the caller, who"
            " still needs the old numbers: the sliders draw the path from them, and another rule may start from the"
            " same point. Make a new array and return that.",
            zh="`-=` 这类运算符会直接写进传给您的数组。这个数组属于调用者，旧的数值它还要用：滑块图要靠它们画出路径，"
            "别的规则也可能从同一点出发。请生成一个新数组并返回它。",
        ),
        section="your-turn",
    ),
    Mistake(
        "float32-inside",
        place="precision",
        title=Text(en="float32 inside: the last digits are lost", zh="内部用了 float32：后几位数字丢了"),
        explanation=Text(
            en="Your path follows the right one for six or seven digits and then leaves it. That is the precision of"
            " float32: somewhere the numbers, which come in as float64, are squeezed into half the room. Look for a"
            " `dtype`, an `astype` or an array made without regard to the parameter's own type.",
            zh="您的路径与正确路径在前六七位数字上一致，之后就分开了。这正是 float32 的精度：传进来的是 float64，却在"
            "某处被压进了一半大小的空间。请检查 `dtype`、`astype`，或者没有沿用参数类型就新建的数组。",
        ),
        section="your-turn",
    ),
)
"""Any rule: how it treats what it is given."""

GRADIENT_IN_PLACE = Mistake(
    "grad-changed-in-place",
    place="decay",
    title=Text(en="`grad` is changed in place", zh="`grad` 被原地修改"),
    explanation=Text(
        en="The path is right, but `grad +=` writes into the caller's array. Whoever looks at the gradient after your"
        " rule, to clip it, to log it or to hand it to a second rule, finds your weight decay in it. Make a new"
        " array.",
        zh="路径没有错，但 `grad +=` 写进了调用者的数组。在您的规则之后还要用梯度的人（做裁剪、做记录，或交给另一个规"
        "则），会发现里面混进了您的权重衰减。请生成一个新数组。",
    ),
    section="your-turn",
)
"""Rules with L2 decay."""

MEMORY = (
    Mistake(
        "state-not-kept",
        place="memory",
        title=Text(en="what was computed for the state is not handed back", zh="算出来的新状态没有交回去"),
        explanation=Text(
            en="Every step begins with the state of `init` again, so the rule has no memory at all: each step is a"
            " first step. `update` must return the state as it is after this step; nobody else keeps it.",
            zh="每一步都又从 `init` 给出的状态开始，规则根本没有记忆：每一步都是“第一步”。`update` 必须返回走完这一步"
            "之后的状态，没有别人会替它保存。",
        ),
        section="your-turn",
    ),
    Mistake(
        "one-state-for-all",
        place="memory",
        title=Text(en="all parameters share one state", zh="所有参数共用一份状态"),
        explanation=Text(
            en="One rule object serves every parameter, and yours keeps its memory on the object: what one parameter"
            " leaves there, the next one reads. With equal shapes the paths get mixed up, with different shapes"
            " numpy stops. Keep what belongs to one parameter in the `state` that is passed in and returned.",
            zh="所有参数共用同一个规则对象，而您把记忆存在了这个对象上：一个参数留下的内容，会被下一个参数读到。形状相"
            "同时，路径会互相串扰；形状不同时，numpy 会报错。属于某个参数的内容，请存放在传入并返回的 `state` 里。",
        ),
        section="your-turn",
    ),
)
"""Rules with a state."""

CLOCK = (
    Mistake(
        "step-from-zero",
        place="clock",
        title=Text(en="t starts at 0", zh="t 从 0 开始"),
        explanation=Text(
            en="In the first step your t is 0, so 1 − βᵗ is 0 and the correction divides by zero: the path is NaN from"
            " then on. In the formulas t counts the steps including the present one; the first step is t = 1.",
            zh="在第一步里您的 t 是 0，于是 1 − βᵗ 等于 0，修正时除以了零：从此路径上全是 NaN。公式里的 t 把当前这一步"
            "也算在内，第一步是 t = 1。",
        ),
        section="by-hand",
        hides=("*",),
    ),
    Mistake(
        "step-frozen",
        place="clock",
        title=Text(en="every step is corrected like the first", zh="每一步都按第一步来修正"),
        explanation=Text(
            en="The first step is right, and from the second on the correction is far too strong: you go on dividing"
            " by 1 − β, a small number, where 1 − βᵗ has grown. Either t is not advanced (does the state that you"
            " return know that one more step was taken?) or the power of t is missing.",
            zh="第一步是对的，从第二步起修正就过强了：1 − βᵗ 已经变大，您却一直在除以 1 − β 这个很小的数。要么是 t 没"
            "有增加（您返回的状态里，步数加一了吗？），要么是漏写了 t 次方。",
        ),
        section="by-hand",
    ),
    Mistake(
        "step-per-parameter",
        place="clock",
        title=Text(en="t advances once a parameter, not once a step", zh="t 每处理一个参数就加一，而不是每一步加一"),
        explanation=Text(
            en="t is counted on the rule object, which serves all parameters: with two of them, it is 1, 3, 5, … for"
            " the first and 2, 4, 6, … for the second. A model of one parameter hides this; a published textbook"
            " makes the same slip. Let each parameter's state do its own counting.",
            zh="t 记在规则对象上，而这个对象为所有参数服务：有两个参数时，第一个参数看到的是 1, 3, 5, …，第二个看到的"
            "是 2, 4, 6, …。只有一个参数时看不出来；有本公开出版的教材也犯过同样的错。请让每个参数的状态各数各的。",
        ),
        section="your-turn",
    ),
    Mistake(
        "step-outlives-rule",
        place="clock",
        title=Text(en="t is a class attribute: a new rule goes on counting", zh="t 是类属性：新建的规则接着旧的数"),
        explanation=Text(
            en="t stands on the class, which exists once, and not in the state. A second training in the same notebook"
            " starts where the first one ended, so its correction comes too late. Whatever changes while a rule"
            " runs belongs in the state of one parameter.",
            zh="t 写在了类上，而类只有一个，没有写在状态里。在同一个笔记本里再训练一次，t 会从上次结束的地方接着数，修"
            "正就来得太晚了。运行中会变的东西，都应当放进每个参数的状态里。",
        ),
        section="your-turn",
    ),
)
"""Rules that correct by 1 − βᵗ."""

DECAY = (
    Mistake(
        "decay-forgotten",
        place="decay",
        title=Text(en="weight decay is left out", zh="漏掉了权重衰减"),
        explanation=Text(
            en="With `weight_decay=0` your rule is right, which is why it looks well at first. As soon as it is not"
            " zero, nothing pulls the parameters towards zero. Which line of the formula contains λ?",
            zh="`weight_decay=0` 时您的规则是对的，所以一开始看不出问题。一旦它不为零，就没有任何东西把参数往零拉。公"
            "式里哪一行含有 λ？",
        ),
        hides=("weight_decay",),
    ),
    Mistake(
        "decay-sign",
        place="decay",
        title=Text(en="weight decay has the wrong sign: weights grow", zh="权重衰减的符号反了：权重越来越大"),
        explanation=Text(
            en="Decay pulls a parameter towards zero; yours pushes it away, the harder the larger it is. Think of a"
            " gradient of zero and θ = 1: after the step, θ must be below 1.",
            zh="衰减应当把参数往零拉，您的却把它往外推，参数越大推得越狠。设想梯度为零、θ = 1：走完一步，θ 应当小于"
            " 1。",
        ),
    ),
)
"""Any rule with weight decay."""

DECOUPLED = Mistake(
    "decay-decoupled",
    place="decay",
    title=Text(en="weight decay goes past the gradient, as in AdamW", zh="权重衰减绕过了梯度，像 AdamW 那样"),
    explanation=Text(
        en="You shrink the parameter, or add the decay to the finished step. In this rule λ·θ is part of the gradient,"
        " so everything that happens to a gradient, remembering it and rescaling it, must happen to the decay too."
        " Look at where λ·θ stands in the formula, and what comes after it.",
        zh="您直接缩小了参数，或者把衰减加在了已经算好的一步上。在这个规则里，λ·θ 是梯度的一部分，所以梯度经历的一切"
        "（被记住、被缩放），衰减也要一并经历。请看公式中 λ·θ 的位置，以及它后面还有什么。",
    ),
    section="one-name",
)
"""Rules with L2 decay and a memory or a scale; without either, coupled and decoupled are the same."""

DECAY_WITHOUT_RATE = Mistake(
    "decay-not-times-lr",
    place="decay",
    title=Text(en="weight decay is not multiplied by the learning rate", zh="权重衰减没有乘学习率"),
    explanation=Text(
        en="Each step takes the share λ off the parameter, however small the learning rate is. When a schedule lowers"
        " the rate to zero, the parameters should come to rest; yours go on shrinking to nothing.",
        zh="不管学习率多小，每一步都从参数上削去 λ 这么大的比例。当调度把学习率降到零时，参数本应停下，而您的参数会继"
        "续缩小，直到消失。",
    ),
    section="one-name",
)
"""Any rule with weight decay."""

MAXIMIZE_AFTER_DECAY = Mistake(
    "maximize-after-decay",
    place="maximize",
    title=Text(en="`maximize` turns the sign of the weight decay too", zh="`maximize` 把权重衰减的符号也翻了"),
    explanation=Text(
        en="To climb, only the gradient of the objective changes its sign; the decay still pulls towards zero. You"
        " turn the sum of both, so weights grow. The order of two lines decides.",
        zh="要上升，只需把目标函数的梯度变号，衰减仍然往零拉。您翻转的是两者之和，于是权重会增大。关键在于两行代码的先"
        "后顺序。",
    ),
    option="maximize",
)
"""Rules with L2 decay."""


def blindness(*names: str, hard_coded: bool = True) -> tuple[Mistake, ...]:
    """For each hyperparameter: its default is written into the rule, or it is read once and never again.

    Without the first where the default is 0, and a rule that uses it has left the hyperparameter out altogether.
    """
    made = []
    for name in names:
        kebab = name.replace("_", "-")
        made += [
            Mistake(
                f"{kebab}-hard-coded",
                place=name,
                title=Text(en=f"`{name}` is hard-coded: always the default", zh=f"`{name}` 被写死了：始终是默认值"),
                explanation=Text(
                    en=f"Your rule uses the default of `{name}`, whatever the caller asks for. With the defaults it is"
                    " right, and with any other value it pays no attention. Look for a number where the attribute"
                    " of the rule should stand.",
                    zh=f"不管调用者给了什么，您的规则用的总是 `{name}` 的默认值。用默认值时它是对的，换一个值它就视而"
                    "不见。请找一找：哪里写着一个数字，而那里本该是规则的属性？",
                ),
                section="your-turn",
            ),
            Mistake(
                f"{kebab}-read-once",
                place=name,
                title=Text(en=f"`{name}` is read once, at the start", zh=f"`{name}` 只在开始时读取了一次"),
                explanation=Text(
                    en=f"When a schedule assigns a new `{name}` between two steps, your rule goes on with the old one."
                    " A copy made in the constructor or in the first step does that. Read the attribute at every"
                    " `update`.",
                    zh=f"调度会在两步之间给 `{name}` 赋新值，而您的规则还在用旧值。在构造时或第一步时存一份副本，就会"
                    "这样。请在每次 `update` 时读取这个属性。",
                ),
                section="your-turn",
            ),
        ][0 if hard_coded else 1 :]
    return tuple(made)
