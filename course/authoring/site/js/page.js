// @ts-check
// What every page does by itself: theme, questions, progress, search, and the figures that come near.

import { watchFigures } from "./figures.js";
import { reachable, themes } from "./look.js";
import { offline } from "./offline.js";
import { keepPlace, showProgress } from "./progress.js";
import { ask } from "./questions.js";
import { search } from "./search.js";

themes();
ask();
watchFigures();
showProgress();
keepPlace();
search();
reachable();
offline();
