"""What the descent widget says, in both languages. Braces are filled in by the canvas."""

from course.text import Text, texts

TEXTS = texts(__file__)

WORDS: dict[str, Text] = {
    "map": TEXTS["map"],
    "mapRole": Text(en="interactive map", zh="可交互地图"),
    "chart": Text(en="Loss after each step, logarithmic", zh="每一步之后的损失（对数坐标）"),
    "chartBrief": Text(en="Loss, logarithmic", zh="损失（对数坐标）"),
    "start": Text(en="start", zh="起点"),
    "minimum": Text(en="minimum", zh="最小值"),
    "gradient": Text(en="−gradient", zh="负梯度"),
    "buffer": Text(en="−{name}", zh="−{name}"),
    "move": Text(en="step taken", zh="实际走的一步"),
    "play": Text(en="Play", zh="播放"),
    "pause": Text(en="Pause", zh="暂停"),
    "back": Text(en="Back to the start", zh="回到起点"),
    "previous": Text(en="One step back", zh="后退一步"),
    "next": Text(en="One step forward", zh="前进一步"),
    "scrub": Text(en="Step shown", zh="显示第几步"),
    "count": Text(en="step {t} of {n}", zh="第 {t} 步，共 {n} 步"),
    "at": TEXTS["at"],
    "end": TEXTS["end"],
    "outside": TEXTS["outside"],
    "diverged": TEXTS["diverged"],
    "arrived": TEXTS["arrived"],
    "alone": TEXTS["alone"],
    "arithmetic": TEXTS["arithmetic"],
}

LANDSCAPE = Text(en="Landscape", zh="地形")
COMPARE = Text(en="Compare with", zh="对比")
NOTHING = Text(en="nothing", zh="不对比")
OWN_FILE = Text(en="Your {file}", zh="您的 {file}")
MORE = Text(en="More", zh="更多")
MORE_HINT = Text(en="The other hyperparameters, and a schedule", zh="其余超参数，以及学习率调度")
ANGLE = Text(en="angle", zh="角度")
ANGLE_HINT = TEXTS["angle-hint"]
RESET = Text(en="Reset", zh="重置")
RESET_HINT = TEXTS["reset-hint"]
STILL = Text(en="{landscape}, with the path of {names}", zh="{landscape}，以及 {names} 的路径")
