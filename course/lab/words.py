"""What the descent widget says, in both languages. Braces are filled in by the canvas."""

from course.text import Text

WORDS: dict[str, Text] = {
    "map": Text(
        en="Map of the loss. Arrow keys move the start, with Shift in small steps; the space bar plays; comma and full "
        "stop go back and forward one step.",
        zh="损失的地图。方向键移动起点（按住 Shift 微调），空格键播放，逗号和句号后退或前进一步。",
    ),
    "mapRole": Text(en="interactive map", zh="可交互地图"),
    "chart": Text(en="Loss after each step, logarithmic", zh="每一步之后的损失（对数坐标）"),
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
    "at": Text(
        en="{rule}: step {t} of {n}, at ({x}, {y}), loss {loss}.",
        zh="{rule}：第 {t} 步（共 {n} 步），位于 ({x}, {y})，损失 {loss}。",
    ),
    "end": Text(en="In the end its loss is {loss}.", zh="最终损失为 {loss}。"),
    "outside": Text(en="It is off the map.", zh="它已走出地图。"),
    "diverged": Text(
        en="By step {n} it has run away: the steps grow instead of shrinking. A smaller learning rate holds it.",
        zh="到第 {n} 步时已经发散：步子越走越大。把学习率调小就能稳住。",
    ),
    "arrived": Text(en="It has reached the minimum.", zh="它已到达最小值。"),
}

LANDSCAPE = Text(en="Landscape", zh="地形")
COMPARE = Text(en="Compare with", zh="对比")
NOTHING = Text(en="nothing", zh="不对比")
OWN_FILE = Text(en="Your {file}", zh="您的 {file}")
RESET = Text(en="Reset", zh="重置")
RESET_HINT = Text(en="Put start and sliders back to where they began", zh="把起点和滑块恢复到最初的位置")
