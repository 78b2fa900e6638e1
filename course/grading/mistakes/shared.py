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
            en="Something in your rule writes into an array that holds the parameter: an operator such as `-=`, an"
            " `out=`, or an array in the state that was returned as well. It belongs to the caller, who still needs"
            " the old numbers: the sliders draw the path from them, and another rule may start from the same point."
            " Make a new array and return that.",
            zh="您的规则里有一处写进了存放参数的数组：可能是 `-=` 这类运算符，可能是 `out=`，也可能是存在状态里又同时"
            "返回了的那个数组。它属于调用者，旧的数值它还要用：滑块图要靠它们画出路径，别的规则也可能从同一点出发。请"
            "生成一个新数组并返回它。",
        ),
        section="your-turn",
    ),
    Mistake(
        "grad-changed-in-place",
        place="the caller's arrays",
        title=Text(en="`grad` is changed in place", zh="`grad` 被原地修改"),
        explanation=Text(
            en="Something in your rule writes into the gradient that it is given, `grad += …` or an `out=` for"
            " instance. Whoever looks at the gradient after your rule, to clip it, to log it or to hand it to a"
            " second rule, finds other numbers in it. Make a new array.",
            zh="您的规则里有一处写进了传给它的梯度，例如 `grad += …` 或 `out=`。在您的规则之后还要用梯度的人（做裁剪、"
            "做记录，或交给另一个规则），看到的已经是别的数了。请生成一个新数组。",
        ),
        section="your-turn",
    ),
    Mistake(
        "float32-inside",
        place="precision",
        title=Text(en="the last digits are lost, as in float32", zh="后几位数字丢了，像用了 float32 那样"),
        explanation=Text(
            en="Your path agrees with the right one in its first digits and then leaves it, by about as much as"
            " float32 rounds. Somewhere the numbers, which come in as float64, seem to be squeezed into half the"
            " room. Look for a `dtype`, an `astype` or an array made without regard to the parameter's own type; if"
            " there is none, for a rounding of your own.",
            zh="您的路径与正确路径在前几位数字上一致，之后就分开了，相差的程度与 float32 的舍入误差相当。传进来的是"
            " float64，看来在某处被压进了一半大小的空间。请检查 `dtype`、`astype`，或者没有沿用参数类型就新建的数组。"
            "如果都没有，再看看是不是自己做了舍入。",
        ),
        section="your-turn",
    ),
)
"""Any rule: how it treats what it is given."""

STATE_NOT_KEPT = Mistake(
    "state-not-kept",
    place="memory",
    title=Text(en="what was computed for the state is not handed back", zh="算出来的新状态没有交回去"),
    explanation=Text(
        en="Every step begins with the state of `init` again, so the rule has no memory at all: each step is a first"
        " step. `update` must return the state as it is after this step; nobody else keeps it.",
        zh="每一步都又从 `init` 给出的状态开始，规则根本没有记忆：每一步都是“第一步”。`update` 必须返回走完这一步之后"
        "的状态，没有别人会替它保存。",
    ),
    section="your-turn",
)

ONE_STATE_FOR_ALL = Mistake(
    "one-state-for-all",
    place="memory",
    title=Text(en="all parameters share one state", zh="所有参数共用一份状态"),
    explanation=Text(
        en="What one parameter leaves in your memory, the next one reads. That is so where memory is kept on the rule"
        " object, on the class or in the module, which serve every parameter. With equal shapes the paths get mixed"
        " up, with different shapes numpy stops. Keep what belongs to one parameter in the `state` that is passed in"
        " and returned.",
        zh="一个参数留下的记忆，会被下一个参数读到。如果把记忆存在规则对象上、类上或模块里，就会这样，因为它们为所有参"
        "数服务。形状相同时，路径会互相串扰；形状不同时，numpy 会报错。属于某个参数的内容，请存放在传入并返回的"
        " `state` 里。",
    ),
    section="your-turn",
)

MEMORY = (STATE_NOT_KEPT, ONE_STATE_FOR_ALL)
"""Rules with a state."""

CLOCK = (
    Mistake(
        "step-from-zero",
        place="clock",
        title=Text(en="t starts at 0", zh="t 从 0 开始"),
        explanation=Text(
            en="With t = 0 in the first step 1 − βᵗ is 0, the correction divides by zero, and all that follows is NaN"
            " or infinity, as yours is. In the formulas t counts the steps including the present one; the first step is"
            " t = 1. If your t is right, look for what else divides by zero or makes a NaN in the very first step.",
            zh="第一步的 t 如果是 0，1 − βᵗ 就等于 0，修正时会除以零，此后只剩下 NaN 或无穷大，您的路径正是这样。公式里"
            "的 t 把当前这一步也算在内，第一步是 t = 1。如果您的 t 没有错，请找找第一步里还有什么除以了零，或者会产生"
            " NaN。",
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
            en="With two parameters your t is 1, 3, 5, … for the first and 2, 4, 6, … for the second. A count kept on"
            " the rule object does that, for the object serves all parameters. A model of one parameter hides this; a"
            " published textbook makes the same slip. Let each parameter's state do its own counting.",
            zh="有两个参数时，第一个参数的 t 是 1, 3, 5, …，第二个的是 2, 4, 6, …。把 t 记在规则对象上就会这样，因为这"
            "个对象为所有参数服务。只有一个参数时看不出来；有本公开出版的教材也犯过同样的错。请让每个参数的状态各数各的。",
        ),
        section="your-turn",
    ),
    Mistake(
        "step-outlives-rule",
        place="clock",
        title=Text(en="a new rule goes on counting where the last one ended", zh="新建的规则接着旧的步数往下数"),
        explanation=Text(
            en="t is kept where it outlives the rule, on the class or in the module, of which there is only one. A"
            " second training run in the same notebook starts where the first one ended, so its correction comes too"
            " late. Whatever changes while a rule runs belongs in the state of one parameter.",
            zh="t 存在了比规则活得更久的地方，比如类上或模块里，而类和模块都只有一个。在同一个笔记本里再训练一次，t 会"
            "从上次结束的地方接着数，修正就来得太晚了。运行中会变的东西，都应当放进每个参数的状态里。",
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

L2_DECAY = (
    Mistake(
        "decay-doubled",
        place="decay",
        title=Text(en="weight decay counts double: 2·λ·θ", zh="权重衰减算了双倍：2·λ·θ"),
        explanation=Text(
            en="The derivative of λ·θ² is 2·λ·θ, and some textbooks mean that penalty. In torch λ stands for the"
            " penalty (λ/2)·θ², so that no 2 is left over. Your weights are pulled towards zero twice as hard as"
            " was asked. If you wrote no 2, see whether the decay joins twice.",
            zh="λ·θ² 的导数是 2·λ·θ，有些教材用的正是这个惩罚项。torch 的 λ 对应的惩罚项是 (λ/2)·θ²，求导之后没有 2。"
            "您的权重被往零拉的力度是要求的两倍。如果代码里没有写 2，请看看衰减是不是加了两次。",
        ),
        section="one-name",
    ),
    Mistake(
        "decay-times-lr-twice",
        place="decay",
        title=Text(en="weight decay is multiplied by the learning rate twice", zh="权重衰减乘了两次学习率"),
        explanation=Text(
            en="Your λ·θ has been multiplied by γ before it joins the gradient, and the step multiplies the sum by γ"
            " once more. With γ = 0.001 a thousandth of the decay is left, which is as good as none. Once it has"
            " joined, the decay is treated like the gradient, no better and no worse.",
            zh="λ·θ 在加进梯度之前已经乘过一次 γ，走这一步时，两者之和又乘了一次。γ = 0.001 时，衰减只剩要求的千分之"
            "一，等于没有。衰减加进去之后，就与梯度一视同仁。",
        ),
    ),
    Mistake(
        "decay-of-gradient",
        place="decay",
        title=Text(
            en="weight decay is taken of the gradient, not of the parameter",
            zh="权重衰减乘的是梯度，而不是参数",
        ),
        explanation=Text(
            en="λ·g only stretches the gradient by the factor 1 + λ. No weight is pulled towards zero, and where the"
            " gradient is zero nothing decays. Weight decay asks how large the weight is, not how steep the loss"
            " is.",
            zh="λ·g 只是把梯度放大到 1 + λ 倍，没有任何权重被往零拉；梯度为零的地方，什么也不会衰减。权重衰减看的是权"
            "重有多大，而不是损失有多陡。",
        ),
    ),
    Mistake(
        "decay-of-sign",
        place="decay",
        title=Text(en="weight decay is taken of the parameter's sign (L1)", zh="权重衰减只用了参数的符号（L1）"),
        explanation=Text(
            en="You pull every weight with the same force λ, large or small: that is the L1 penalty, which drives"
            " small weights to zero and hardly troubles large ones. L2 decay pulls in proportion, a weight of 10"
            " ten times as hard as a weight of 1.",
            zh="无论权重大小，您都用同样的力 λ 去拉它：这是 L1 惩罚，小的权重被压到零，大的权重几乎不受影响。L2 衰减的"
            "力与权重成正比，权重为 10 时是权重为 1 时的十倍。",
        ),
        section="one-name",
    ),
    Mistake(
        "decay-after-step",
        place="decay",
        title=Text(en="weight decay is taken of the parameter after the step", zh="权重衰减用的是走完这一步之后的参数"),
        explanation=Text(
            en="First you step, then you shrink what came of it. In the formula λ·θ belongs to the place where the"
            " gradient was taken, before the step, and reaches the parameter through the gradient. Yours shrinks"
            " the step just taken as well, by the share γ·λ: little enough to be overlooked, but it is another"
            " path.",
            zh="您先走一步，再把走到的结果缩小。公式里的 λ·θ 属于求梯度的那个位置，也就是走之前，并且要经过梯度才作用"
            "到参数上。您的写法把刚走的这一步也缩小了 γ·λ 这么大的比例：小得容易忽略，却已经是另一条路径。",
        ),
        section="one-name",
    ),
)
"""Rules with L2 decay."""

PENALTY = (
    Mistake(
        "decay-of-square",
        place="decay",
        title=Text(
            en="the penalty itself is added, not its gradient: λ·θ²",
            zh="加上的是惩罚项本身，而不是它的梯度：λ·θ²",
        ),
        explanation=Text(
            en="θ² belongs into the loss; what reaches the gradient is its derivative. A square has no sign, so a"
            " negative weight is pushed further away from zero, and a weight of 0.1 feels a tenth of the pull that"
            " it should.",
            zh="θ² 属于损失函数，进入梯度的应当是它的导数。平方没有正负之分，所以负的权重会被推得离零更远，而大小为"
            " 0.1 的权重只受到应有拉力的十分之一。",
        ),
        section="by-hand",
    ),
    Mistake(
        "decay-a-constant",
        place="decay",
        title=Text(en="λ is added without the parameter beside it", zh="只加了 λ，没有乘参数"),
        explanation=Text(
            en="Adding the bare λ pushes every parameter the same way, towards minus infinity, wherever it stands."
            " Weight decay pulls towards zero, from both sides, and the harder the further away. What is λ"
            " multiplied by?",
            zh="只加 λ，会把每个参数都往同一个方向（负无穷）推，不管它在哪里。权重衰减是从两边往零拉，离得越远拉得越用"
            "力。λ 应当乘在什么上面？",
        ),
    ),
)
"""Rules with L2 decay whose steps are in proportion to the gradient."""

LR_FORGOTTEN = Mistake(
    "lr-forgotten",
    place="rate",
    title=Text(en="the learning rate is left out", zh="漏掉了学习率"),
    explanation=Text(
        en="Each step is taken at full length, as if γ were 1: with γ = 0.001 that is a thousand times too far, and a"
        " schedule that lowers the rate changes nothing. Which part of the formula decides how far to go?",
        zh="每一步都按全长迈出，好像 γ 等于 1：γ = 0.001 时，走出的距离就是应有的一千倍；学习率调度把学习率调低，也毫"
        "无作用。公式里由哪一部分决定走多远？",
    ),
    hides=("lr", "decay-not-times-lr"),
)
"""Any rule with a learning rate of its own."""

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


SQUARES = (
    Mistake(
        "square-forgotten",
        place="square",
        title=Text(en="the square of the gradient is forgotten", zh="忘了给梯度取平方"),
        explanation=Text(
            en="Gradients have a sign: what you collect can be negative, and the root of that is NaN. The question is"
            " how large gradients are, whichever way they point; squares answer it.",
            zh="梯度有正有负，收集起来的数可能是负的，一开方就成了 NaN。这里要问的是梯度有多大，与方向无关；平方正好回"
            "答这个问题。",
        ),
    ),
    Mistake(
        "absolute-for-square",
        place="square",
        title=Text(en="the gradient's size stands in for its square", zh="用梯度的绝对值代替了平方"),
        explanation=Text(
            en="The root that follows is meant to undo the square. A root of plain sizes makes the wrong unit:"
            " gradients a hundred times larger count only ten times as much below, so the steps grow with them.",
            zh="后面的开方本是用来抵消平方的。对绝对值开方，单位就不对了：梯度大一百倍，分母只大十倍，步子就会跟着变"
            "长。",
        ),
    ),
    Mistake(
        "squared-too-late",
        place="square",
        title=Text(en="gradients are collected first and squared afterwards", zh="先收集梯度，后取平方"),
        explanation=Text(
            en="The square of a sum is not the sum of the squares: gradients +1 and −1 cancel before you square them"
            " and leave 0, where they should leave 2. Wherever gradients change their sign you divide by too"
            " little, and the walk leaps.",
            zh="和的平方不等于平方的和：梯度 +1 与 −1 在取平方之前就抵消了，只剩 0，本该是 2。凡是梯度时正时负的地方，"
            "您的分母都太小，路径会突然跳出很远。",
        ),
    ),
    Mistake(
        "one-scale-for-all-elements",
        place="square",
        title=Text(
            en="one number for the whole array, not one an element",
            zh="整个数组共用一个数，而不是每个元素一个",
        ),
        explanation=Text(
            en="You put the squares of all elements together, as in a norm. Then every element gets the same rate, and"
            " the point of the rule is gone: an element with rare or small gradients is to take larger steps than"
            " its neighbours. With a single number as parameter nothing shows.",
            zh="您把所有元素的平方合在了一起，像求范数那样。这样每个元素的学习率都相同，这个规则的意义就没了：梯度稀少"
            "或很小的元素，步子本应比别的元素大。参数只有一个数时，看不出差别。",
        ),
    ),
    Mistake(
        "decay-not-in-second-moment",
        place="decay",
        title=Text(en="weight decay is left out of the squares", zh="权重衰减没有进平方"),
        explanation=Text(
            en="The squares are taken of the bare gradient, the step of gradient plus λ·θ. In this rule the decay is"
            " part of the gradient from the first line on, so it is squared along with it: where λ·θ is large, the"
            " steps are held back too.",
            zh="取平方的是原来的梯度，走步子用的却是梯度加 λ·θ。在这个规则里，衰减从第一行起就是梯度的一部分，要和它一"
            "起取平方：λ·θ 大的地方，步子同样会受到约束。",
        ),
    ),
)
"""Rules that sum or average squared gradients and have L2 decay."""

WITHOUT_EPS = Mistake(
    "eps-without-effect",
    place="scale",
    title=Text(en="ε has no effect", zh="ε 没有起作用"),
    explanation=Text(
        en="Whatever `eps` is, your step is the quotient by the bare root, and 0 where the root is 0. Perhaps ε is not"
        " in your formula and a test or a tiny number prevents the division by zero, perhaps something takes its place."
        " torch adds `eps` to the root, so where gradients are small beside it, its steps are shorter than yours.",
        zh="不管 `eps` 是多少，您的一步除的都只是根本身，根为 0 的地方则不动。也许公式里没有 ε，而是靠一个判断或一个极"
        "小的数来避免除以零；也许有别的东西占了它的位置。torch 把 `eps` 加在根上，所以梯度与它相比很小的地方，torch "
        "的步子比您的短。",
    ),
    hides=("eps", "scale-one-step-late", "decay-not-in-second-moment", "square-forgotten", "squared-too-late"),
)
"""Rules that divide by root plus epsilon."""

SCALE = (
    Mistake(
        "eps-inside-root",
        place="scale",
        title=Text(en="ε is inside the root", zh="ε 放进了根号里"),
        explanation=Text(
            en="Keras and many textbooks write it so, `torch.optim` does not. The root makes a small number much"
            " larger: √1e-8 is 1e-4, ten thousand times 1e-8. Where gradients are smaller than that, your steps are"
            " far too short.",
            zh="Keras 和不少教材就是这样写的，`torch.optim` 却不是。小的数一开方就大了许多：√1e-8 是 1e-4，是 1e-8 的"
            "一万倍。梯度比它还小的地方，您的步子就太短了。",
        ),
        section="one-name",
    ),
    Mistake(
        "eps-forgotten",
        place="scale",
        title=Text(en="ε is left out", zh="漏掉了 ε"),
        explanation=Text(
            en="Where a parameter has never had a gradient, your rule divides 0 by 0, and NaN spreads from there."
            " Where gradients are tiny the steps are too long.",
            zh="如果一个参数从未有过梯度，您的规则会算 0 除以 0，NaN 就从那里扩散开来。梯度极小的地方，步子又会太长。",
        ),
        hides=("eps",),
    ),
    Mistake(
        "eps-beside-the-quotient",
        place="scale",
        title=Text(en="ε is added to the quotient, not to its denominator", zh="ε 加在了商上，而不是分母上"),
        explanation=Text(
            en="A pair of parentheses is missing: division binds more tightly than addition, so ε is added to the step"
            " itself. It pushes every parameter the same way and prevents no division by zero.",
            zh="少了一对括号：除法优先于加法，于是 ε 加到了步子本身。它把每个参数都往同一个方向推，却防不住除以零。",
        ),
        section="by-hand",
        hides=("eps-hard-coded",),
    ),
    Mistake(
        "eps-added-to-the-parameter",
        place="scale",
        title=Text(en="ε is added to the parameter, not to the denominator", zh="ε 加在了参数上，而不是分母上"),
        explanation=Text(
            en="Written in one line without a pair of parentheses, ε comes last and joins neither the denominator nor"
            " the step: every parameter creeps upwards by ε a step, and 0 divided by 0 is still NaN.",
            zh="整个式子写在一行，又少了一对括号，最后的 ε 既没进分母，也没进步子：每个参数每一步都往上挪 ε，而 0 除以"
            " 0 依旧是 NaN。",
        ),
        section="by-hand",
        hides=("eps-hard-coded",),
    ),
    WITHOUT_EPS,
    Mistake(
        "eps-as-floor",
        place="scale",
        title=Text(en="ε is a lower limit, not an addend", zh="ε 被当成了下限，而不是加数"),
        explanation=Text(
            en="Taking the larger of the root and ε prevents the division by zero just as well, and with a tiny ε"
            " hardly anything shows. But it is another rule: where root and ε are equal, torch divides by twice as"
            " much and its step is half as long as yours.",
            zh="取根与 ε 中较大的一个，同样能避免除以零，ε 极小时几乎看不出差别。但这是另一个规则：当根与 ε 相等时，"
            "torch 的分母是您的两倍，步子只有您的一半。",
        ),
    ),
    Mistake(
        "root-forgotten",
        place="scale",
        title=Text(en="the root is forgotten", zh="忘了开方"),
        explanation=Text(
            en="The step is divided by the squares themselves, so its size depends on their unit: gradients ten times"
            " larger make steps ten times smaller. With the root it would not matter.",
            zh="这一步除以的是平方本身，于是步长取决于梯度的单位：梯度大十倍，步子反而小十倍。开了方，就与单位无关了。",
        ),
    ),
    Mistake(
        "scale-one-step-late",
        place="order",
        title=Text(en="the step is divided by the old squares, without today's", zh="除的是旧的平方，没算上当前这一步"),
        explanation=Text(
            en="Today's gradient must join the squares before you divide by their root. In the first step nothing has"
            " joined yet: below stands ε alone, and the step is γ·g/ε: with ε = 1e-8 a hundred million times γ·g."
            " Look at the order of the lines.",
            zh="当前的梯度要先计入平方，然后才除以它们的根。第一步时里面还什么都没有，分母只剩 ε，这一步就成了 γ·g/ε："
            "ε = 1e-8 时是 γ·g 的一亿倍。请看各行的先后顺序。",
        ),
        section="by-hand",
        hides=("eps-forgotten", "eps-beside-the-quotient", "eps-added-to-the-parameter"),
    ),
)
"""Rules that divide the gradient by root plus epsilon."""


def averages(symbol: str) -> tuple[Mistake, ...]:
    """Rules whose averages keep that share, a Greek letter, of the old and take the rest from the new."""
    return (
        Mistake(
            "weights-swapped",
            place="average",
            title=Text(en="the shares of old and new are swapped in the average", zh="平均时，新旧两份的比例用反了"),
            explanation=Text(
                en=f"{symbol} is the share of the old average that survives a step; yours is the share of the new"
                " value. At 0.9, nine tenths of your average are then the last value alone, and it forgets in a"
                " step or two what it should remember for ten.",
                zh=f"{symbol} 是旧平均值每一步保留的比例，您却把它给了新值。取 0.9 时，平均值的九成就只来自最近的一个"
                "值，本该记住十来步的，一两步就忘光了。",
            ),
        ),
        Mistake(
            "new-value-whole",
            place="average",
            title=Text(en="the new value joins the average whole", zh="新值没有乘比例，整个加进了平均"),
            explanation=Text(
                en=f"The factor 1 − {symbol} is missing: the new value joins as in a momentum buffer. What you get is"
                f" no average but 1/(1 − {symbol}) times one: ten times too large at 0.9, a hundred times at 0.99."
                " The shares of old and new must make up 1.",
                zh=f"少了因子 1 − {symbol}，新值像在动量缓冲区里那样加了进去。得到的不是平均值，而是它的 1/(1 −"
                f" {symbol}) 倍：取 0.9 时大十倍，取 0.99 时大一百倍。新旧两份的比例之和应当是 1。",
            ),
        ),
        Mistake(
            "old-average-whole",
            place="average",
            title=Text(en="the old average is kept whole", zh="旧的平均值没有乘比例，整个留了下来"),
            explanation=Text(
                en=f"It is not multiplied by {symbol}, so nothing ever fades: what is meant as an average only grows,"
                " like AdaGrad's sum, only more slowly. The shares of old and new must make up 1; in yours they"
                " are more.",
                zh=f"它没有乘 {symbol}，于是没有任何东西会淡去：本该是平均值的量只增不减，和 AdaGrad 的累加和一样，只"
                "是慢一些。新旧两份的比例之和应当是 1，您的却超过了 1。",
            ),
            hides=("state-not-kept",),
        ),
        Mistake(
            "misplaced-parenthesis",
            place="average",
            title=Text(en="a parenthesis closes too late in the average", zh="平均值的式子里，括号合得太晚"),
            explanation=Text(
                en=f"The old average is multiplied by the new value too: (…) stands around the sum of {symbol}·old and"
                f" 1 − {symbol}. A single zero then wipes out the whole memory.",
                zh=f"旧的平均值也乘上了新值：括号把 {symbol}·旧值与 1 − {symbol} 的和整个括了起来。这样只要出现一个"
                "零，全部记忆就被抹掉。",
            ),
            section="by-hand",
            hides=("state-not-kept",),
        ),
    )


def default_elsewhere(name: str, value: str, whose: Text) -> Mistake:
    """The default of a hyperparameter is what others have; the value stands in `elsewhere` of the rule."""
    return Mistake(
        f"{name}-default",
        place=name,
        title=Text(en=f"the default of `{name}` is not torch's", zh=f"`{name}` 的默认值与 torch 不同"),
        explanation=Text(
            en="Whenever `{name}` is given, your rule is right; without it, it takes {value}, as {whose} does. The"
            " defaults are part of the contract: compare yours with those of the skeleton.",
            zh="只要给出 `{name}`，您的规则就是对的；不给的时候，它用的是 {value}，与{whose}一样。默认值也是约定的一部"
            "分，请与骨架代码中的默认值对照。",
        ).format(name=name, value=value, whose=whose),
        section="one-name",
    )


def blindness(*names: str, hard_coded: bool = True, read_once: bool = True) -> tuple[Mistake, ...]:
    """For each hyperparameter: its default is written into the rule, or it is read once and never again.

    Without the first where the default is 0, and a rule that uses it has left the hyperparameter out altogether;
    without the second where no schedule may change it.
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
                    en=f"Whatever `{name}` the caller asks for, your path is the one with the default. With the"
                    " default it is right, and any other value changes nothing. Look for a number where the attribute"
                    " of the rule should stand.",
                    zh=f"不管调用者给的 `{name}` 是多少，您走的都是取默认值时的路径。取默认值时它是对的，换一个值却什"
                    "么也不变。请找一找：哪里写着一个数字，而那里本该是规则的属性？",
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
        ][0 if hard_coded else 1 : 2 if read_once else 1]
    return tuple(made)
