// @ts-nocheck
// Derived from solutions/*.py and course/lab/widget/landscapes.py by `course build`: edit those.

import { op } from "./numbers.js";

export const FAR = 100.0;
export const LIMIT = 100000000.0;
export const DIRECTIONS = ["momentum_buffer", "exp_avg"];
export const PLACES = ["slow_param"];
export const NOISE_PERIOD = 4096;
export const SHAPES = ["constant", "linear", "cosine", "warmup"];
export const WARM = 0.1;

/** @type {Record<string, import("./walk.js").Maker>} */
export const RULES = {
  sgd: class SGD {
    constructor(given) { Object.assign(this, { lr: 0.001, weight_decay: 0.0, maximize: false }, given); }
    init() {
      return {};
    }
    update(param, grad, state) {
      if (this.maximize) {
        grad = op.USub(grad);
      }
      grad = op.Add(grad, op.Mult(this.weight_decay, param));
      return [op.Sub(param, op.Mult(this.lr, grad)), state];
    }
  },
  momentum: class Momentum {
    constructor(given) { Object.assign(this, { lr: 0.001, momentum: 0.9, weight_decay: 0.0, dampening: 0.0, maximize: false }, given); }
    init() {
      return { momentum_buffer: null };
    }
    update(param, grad, state) {
      let mu, buf;
      if (this.maximize) {
        grad = op.USub(grad);
      }
      grad = op.Add(grad, op.Mult(this.weight_decay, param));
      if (op.Not(this.momentum)) {
        return [op.Sub(param, op.Mult(this.lr, grad)), state];
      }
      mu = this.momentum;
      buf = state.momentum_buffer;
      buf = (op.Is(buf, null) ? grad : op.Add(op.Mult(mu, buf), op.Mult(op.Sub(1, this.dampening), grad)));
      return [op.Sub(param, op.Mult(this.lr, buf)), { momentum_buffer: buf }];
    }
  },
  nesterov: class Nesterov {
    constructor(given) { Object.assign(this, { lr: 0.001, momentum: 0.9, weight_decay: 0.0, maximize: false }, given); }
    init() {
      return { momentum_buffer: null };
    }
    update(param, grad, state) {
      let mu, buf, ahead;
      if (this.maximize) {
        grad = op.USub(grad);
      }
      grad = op.Add(grad, op.Mult(this.weight_decay, param));
      mu = this.momentum;
      buf = state.momentum_buffer;
      buf = (op.Is(buf, null) ? grad : op.Add(op.Mult(mu, buf), grad));
      ahead = op.Add(grad, op.Mult(mu, buf));
      return [op.Sub(param, op.Mult(this.lr, ahead)), { momentum_buffer: buf }];
    }
  },
  adagrad: class AdaGrad {
    constructor(given) { Object.assign(this, { lr: 0.01, eps: 1e-10, weight_decay: 0.0, lr_decay: 0.0, initial_accumulator_value: 0.0, maximize: false }, given); }
    init(param) {
      return { step: 0, sum: op.Add(op.Mult(0, param), this.initial_accumulator_value) };
    }
    update(param, grad, state) {
      let step, total, lr;
      if (this.maximize) {
        grad = op.USub(grad);
      }
      grad = op.Add(grad, op.Mult(this.weight_decay, param));
      step = op.Add(state.step, 1);
      total = op.Add(state.sum, op.Pow(grad, 2));
      lr = op.Div(this.lr, op.Add(1, op.Mult(op.Sub(step, 1), this.lr_decay)));
      return [op.Sub(param, op.Div(op.Mult(lr, grad), op.Add(op.Pow(total, 0.5), this.eps))), { step: step, sum: total }];
    }
  },
  rmsprop: class RMSprop {
    constructor(given) { Object.assign(this, { lr: 0.01, alpha: 0.99, eps: 1e-08, weight_decay: 0.0, momentum: 0.0, centered: false, maximize: false }, given); }
    init(param) {
      return { step: 0, square_avg: op.Mult(0, param), momentum_buffer: op.Mult(0, param), grad_avg: op.Mult(0, param) };
    }
    update(param, grad, state) {
      let square_avg, variance, grad_avg, move, buf, new_state;
      if (this.maximize) {
        grad = op.USub(grad);
      }
      grad = op.Add(grad, op.Mult(this.weight_decay, param));
      square_avg = op.Add(op.Mult(this.alpha, state.square_avg), op.Mult(op.Sub(1, this.alpha), op.Pow(grad, 2)));
      [variance, grad_avg] = [square_avg, state.grad_avg];
      if (this.centered) {
        grad_avg = op.Add(op.Mult(this.alpha, grad_avg), op.Mult(op.Sub(1, this.alpha), grad));
        variance = op.Sub(square_avg, op.Pow(grad_avg, 2));
      }
      [move, buf] = [op.Div(grad, op.Add(op.Pow(variance, 0.5), this.eps)), state.momentum_buffer];
      if (this.momentum) {
        move = buf = op.Add(op.Mult(this.momentum, buf), move);
      }
      new_state = { step: op.Add(state.step, 1), square_avg: square_avg, momentum_buffer: buf, grad_avg: grad_avg };
      return [op.Sub(param, op.Mult(this.lr, move)), new_state];
    }
  },
  adam: class Adam {
    constructor(given) { Object.assign(this, { lr: 0.001, betas: [0.9, 0.999], eps: 1e-08, weight_decay: 0.0, amsgrad: false, maximize: false }, given); }
    init(param) {
      return { step: 0, exp_avg: op.Mult(0, param), exp_avg_sq: op.Mult(0, param), max_exp_avg_sq: op.Mult(0, param) };
    }
    update(param, grad, state) {
      let beta1, beta2, step, exp_avg, exp_avg_sq, second, largest, bias_correction1, bias_correction2, move, denom, new_param;
      [beta1, beta2] = this.betas;
      if (this.maximize) {
        grad = op.USub(grad);
      }
      grad = op.Add(grad, op.Mult(this.weight_decay, param));
      step = op.Add(state.step, 1);
      exp_avg = op.Add(op.Mult(beta1, state.exp_avg), op.Mult(op.Sub(1, beta1), grad));
      exp_avg_sq = op.Add(op.Mult(beta2, state.exp_avg_sq), op.Mult(op.Sub(1, beta2), op.Pow(grad, 2)));
      [second, largest] = [exp_avg_sq, state.max_exp_avg_sq];
      if (this.amsgrad) {
        largest = op.Add(op.Mult(largest, op.GtE(largest, second)), op.Mult(second, op.Lt(largest, second)));
        second = largest;
      }
      bias_correction1 = op.Sub(1, op.Pow(beta1, step));
      bias_correction2 = op.Sub(1, op.Pow(beta2, step));
      move = op.Div(exp_avg, bias_correction1);
      denom = op.Add(op.Pow(op.Div(second, bias_correction2), 0.5), this.eps);
      new_param = op.Sub(param, op.Div(op.Mult(this.lr, move), denom));
      return [new_param, { step: step, exp_avg: exp_avg, exp_avg_sq: exp_avg_sq, max_exp_avg_sq: largest }];
    }
  },
  adamw: class AdamW {
    constructor(given) { Object.assign(this, { lr: 0.001, betas: [0.9, 0.999], eps: 1e-08, weight_decay: 0.01, amsgrad: false, maximize: false }, given); }
    init(param) {
      return { step: 0, exp_avg: op.Mult(0, param), exp_avg_sq: op.Mult(0, param), max_exp_avg_sq: op.Mult(0, param) };
    }
    update(param, grad, state) {
      let beta1, beta2, step, exp_avg, exp_avg_sq, second, largest, bias_correction1, bias_correction2, move, denom, new_param;
      [beta1, beta2] = this.betas;
      if (this.maximize) {
        grad = op.USub(grad);
      }
      param = op.Mult(param, op.Sub(1, op.Mult(this.lr, this.weight_decay)));
      step = op.Add(state.step, 1);
      exp_avg = op.Add(op.Mult(beta1, state.exp_avg), op.Mult(op.Sub(1, beta1), grad));
      exp_avg_sq = op.Add(op.Mult(beta2, state.exp_avg_sq), op.Mult(op.Sub(1, beta2), op.Pow(grad, 2)));
      [second, largest] = [exp_avg_sq, state.max_exp_avg_sq];
      if (this.amsgrad) {
        largest = op.Add(op.Mult(largest, op.GtE(largest, second)), op.Mult(second, op.Lt(largest, second)));
        second = largest;
      }
      bias_correction1 = op.Sub(1, op.Pow(beta1, step));
      bias_correction2 = op.Sub(1, op.Pow(beta2, step));
      move = op.Div(exp_avg, bias_correction1);
      denom = op.Add(op.Pow(op.Div(second, bias_correction2), 0.5), this.eps);
      new_param = op.Sub(param, op.Div(op.Mult(this.lr, move), denom));
      return [new_param, { step: step, exp_avg: exp_avg, exp_avg_sq: exp_avg_sq, max_exp_avg_sq: largest }];
    }
  },
  radam: class RAdam {
    constructor(given) { Object.assign(this, { lr: 0.001, betas: [0.9, 0.999], eps: 1e-08, weight_decay: 0.0, decoupled_weight_decay: false, maximize: false }, given); }
    init(param) {
      return { step: 0, exp_avg: op.Mult(0, param), exp_avg_sq: op.Mult(0, param) };
    }
    update(param, grad, state) {
      let beta1, beta2, step, exp_avg, exp_avg_sq, bias_correction1, bias_correction2, move, rho_inf, rho, rect;
      [beta1, beta2] = this.betas;
      if (this.maximize) {
        grad = op.USub(grad);
      }
      if (this.decoupled_weight_decay) {
        param = op.Mult(param, op.Sub(1, op.Mult(this.lr, this.weight_decay)));
      } else {
        grad = op.Add(grad, op.Mult(this.weight_decay, param));
      }
      step = op.Add(state.step, 1);
      exp_avg = op.Add(op.Mult(beta1, state.exp_avg), op.Mult(op.Sub(1, beta1), grad));
      exp_avg_sq = op.Add(op.Mult(beta2, state.exp_avg_sq), op.Mult(op.Sub(1, beta2), op.Pow(grad, 2)));
      bias_correction1 = op.Sub(1, op.Pow(beta1, step));
      bias_correction2 = op.Sub(1, op.Pow(beta2, step));
      move = op.Div(exp_avg, bias_correction1);
      rho_inf = op.Sub(op.Div(2, op.Sub(1, beta2)), 1);
      rho = op.Sub(rho_inf, op.Div(op.Mult(op.Mult(2, step), op.Pow(beta2, step)), op.Sub(1, op.Pow(beta2, step))));
      if (op.Gt(rho, 5)) {
        rect = op.Pow(op.Div(op.Mult(op.Mult(op.Sub(rho, 4), op.Sub(rho, 2)), rho_inf), op.Mult(op.Mult(op.Sub(rho_inf, 4), op.Sub(rho_inf, 2)), rho)), 0.5);
        move = op.Div(op.Mult(op.Mult(rect, move), op.Pow(bias_correction2, 0.5)), op.Add(op.Pow(exp_avg_sq, 0.5), this.eps));
      }
      return [op.Sub(param, op.Mult(this.lr, move)), { step: step, exp_avg: exp_avg, exp_avg_sq: exp_avg_sq }];
    }
  },
  lookahead: class Lookahead {
    constructor(given) { Object.assign(this, { k: 5, alpha: 0.5 }, given); }
    init(param) {
      return { step: 0, slow_param: op.Mult(1, param), inner: this.inner.init(param) };
    }
    update(param, grad, state) {
      let step, slow, fast, inner_state;
      step = op.Add(state.step, 1);
      slow = state.slow_param;
      [fast, inner_state] = this.inner.update(param, grad, state.inner);
      if (op.Eq(op.Mod(step, this.k), 0)) {
        slow = op.Add(slow, op.Mult(this.alpha, op.Sub(fast, slow)));
        fast = op.Mult(1, slow);
      }
      return [fast, { step: step, slow_param: slow, inner: inner_state }];
    }
  },
  adadelta: class Adadelta {
    constructor(given) { Object.assign(this, { lr: 1.0, rho: 0.9, eps: 1e-06, weight_decay: 0.0, maximize: false }, given); }
    init(param) {
      return { step: 0, square_avg: op.Mult(0, param), acc_delta: op.Mult(0, param) };
    }
    update(param, grad, state) {
      let square_avg, delta, acc_delta;
      if (this.maximize) {
        grad = op.USub(grad);
      }
      grad = op.Add(grad, op.Mult(this.weight_decay, param));
      square_avg = op.Add(op.Mult(this.rho, state.square_avg), op.Mult(op.Sub(1, this.rho), op.Pow(grad, 2)));
      delta = op.Mult(op.Div(op.Pow(op.Add(state.acc_delta, this.eps), 0.5), op.Pow(op.Add(square_avg, this.eps), 0.5)), grad);
      acc_delta = op.Add(op.Mult(this.rho, state.acc_delta), op.Mult(op.Sub(1, this.rho), op.Pow(delta, 2)));
      return [op.Sub(param, op.Mult(this.lr, delta)), { step: op.Add(state.step, 1), square_avg: square_avg, acc_delta: acc_delta }];
    }
  },
  nadam: class NAdam {
    constructor(given) { Object.assign(this, { lr: 0.002, betas: [0.9, 0.999], eps: 1e-08, weight_decay: 0.0, momentum_decay: 0.004, decoupled_weight_decay: false, maximize: false }, given); }
    init(param) {
      return { step: 0, exp_avg: op.Mult(0, param), exp_avg_sq: op.Mult(0, param), mu_product: 1.0 };
    }
    update(param, grad, state) {
      let beta1, beta2, step, mu, mu_next, mu_product, exp_avg, exp_avg_sq, bias_correction2, move, denom, new_param;
      [beta1, beta2] = this.betas;
      if (this.maximize) {
        grad = op.USub(grad);
      }
      if (this.decoupled_weight_decay) {
        param = op.Mult(param, op.Sub(1, op.Mult(this.lr, this.weight_decay)));
      } else {
        grad = op.Add(grad, op.Mult(this.weight_decay, param));
      }
      step = op.Add(state.step, 1);
      mu = op.Mult(beta1, op.Sub(1, op.Mult(0.5, op.Pow(0.96, op.Mult(step, this.momentum_decay)))));
      mu_next = op.Mult(beta1, op.Sub(1, op.Mult(0.5, op.Pow(0.96, op.Mult(op.Add(step, 1), this.momentum_decay)))));
      mu_product = op.Mult(state.mu_product, mu);
      exp_avg = op.Add(op.Mult(beta1, state.exp_avg), op.Mult(op.Sub(1, beta1), grad));
      exp_avg_sq = op.Add(op.Mult(beta2, state.exp_avg_sq), op.Mult(op.Sub(1, beta2), op.Pow(grad, 2)));
      bias_correction2 = op.Sub(1, op.Pow(beta2, step));
      move = op.Add(op.Div(op.Mult(op.Sub(1, mu), grad), op.Sub(1, mu_product)), op.Div(op.Mult(mu_next, exp_avg), op.Sub(1, op.Mult(mu_product, mu_next))));
      denom = op.Add(op.Pow(op.Div(exp_avg_sq, bias_correction2), 0.5), this.eps);
      new_param = op.Sub(param, op.Div(op.Mult(this.lr, move), denom));
      return [new_param, { step: step, exp_avg: exp_avg, exp_avg_sq: exp_avg_sq, mu_product: mu_product }];
    }
  },
  schedules: class Schedule {
    constructor(given) { Object.assign(this, { lr: 0.1, start_factor: op.Div(1, 3), total_iters: 5, T_max: 100, eta_min: 0.0 }, given); }
    init(param) {
      return { step: 0, lr: 0.0, inner: this.inner.init(param) };
    }
    update(param, grad, state) {
      let t, peak, rate, done, share, new_param, inner_state;
      t = state.step;
      peak = this.lr;
      if (op.Lt(t, this.total_iters)) {
        rate = op.Mult(peak, op.Add(this.start_factor, op.Div(op.Mult(op.Sub(1, this.start_factor), t), this.total_iters)));
      } else {
        done = op.Div(op.Sub(t, this.total_iters), this.T_max);
        done = Math.min(done, 1);
        share = op.Div(op.Add(1, Math.cos(op.Mult(Math.PI, done))), 2);
        rate = op.Add(this.eta_min, op.Mult(op.Sub(peak, this.eta_min), share));
      }
      this.inner.lr = rate;
      [new_param, inner_state] = this.inner.update(param, grad, state.inner);
      return [new_param, { step: op.Add(t, 1), lr: rate, inner: inner_state }];
    }
  },
};

/** @type {Record<string, import("./walk.js").Landscape>} */
export const LANDSCAPES = {
  bowl: {
    extent: [-3.0, 3.0, -2.0, 2.0],
    minima: [[0.0, 0.0]],
    start: [-2.6, 1.4],
    detail: 0.02,
    noise: 0.0,
    lr: 0.06,
    turns: true,
    value(x, y) {
      return op.Mult(0.5, op.Add(op.Mult(x, x), op.Mult(op.Mult(25.0, y), y)));
    },
    slope(x, y) {
      return [x, op.Mult(25.0, y)];
    },
  },
  ravine: {
    extent: [-3.0, 3.0, -1.0, 3.0],
    minima: [[1.0, 1.0]],
    start: [-1.6, 0.4],
    detail: 0.02,
    noise: 0.0,
    lr: 0.06,
    turns: false,
    value(x, y) {
      let bed;
      bed = op.Sub(y, op.Mult(x, x));
      return op.Add(op.Mult(0.1, op.Pow(op.Sub(1, x), 2)), op.Mult(bed, bed));
    },
    slope(x, y) {
      let bed;
      bed = op.Sub(y, op.Mult(x, x));
      return [op.Sub(op.Mult(op.USub(0.2), op.Sub(1, x)), op.Mult(op.Mult(4, x), bed)), op.Mult(2, bed)];
    },
  },
  saddle: {
    extent: [-3.0, 3.0, -2.0, 2.0],
    minima: [[0.0, 1.0], [0.0, -1.0]],
    start: [-2.5, 0.004],
    detail: 0.02,
    noise: 0.0,
    lr: 0.05,
    turns: false,
    value(x, y) {
      return op.Add(op.Mult(op.Mult(0.5, x), x), op.Mult(0.25, op.Pow(op.Sub(op.Mult(y, y), 1), 2)));
    },
    slope(x, y) {
      return [x, op.Mult(y, op.Sub(op.Mult(y, y), 1))];
    },
  },
  several: {
    extent: [-3.0, 3.0, -2.0, 2.0],
    minima: [[1.5, 1.0], [-1.4025590434763724, 1.5656562591252865], [-1.8896551266888735, -1.6415929956430848], [1.7922141701652459, -0.9240632634822018]],
    start: [0.1, 0.4],
    detail: 0.1,
    noise: 0.0,
    lr: 0.05,
    turns: false,
    value(x, y) {
      [x, y] = [op.Mult(2, x), op.Mult(2, y)];
      return op.Div(op.Add(op.Pow(op.Sub(op.Add(op.Mult(x, x), y), 11), 2), op.Pow(op.Sub(op.Add(x, op.Mult(y, y)), 7), 2)), 200);
    },
    slope(x, y) {
      let a, b;
      [x, y] = [op.Mult(2, x), op.Mult(2, y)];
      [a, b] = [op.Sub(op.Add(op.Mult(x, x), y), 11), op.Sub(op.Add(x, op.Mult(y, y)), 7)];
      return [op.Div(op.Add(op.Mult(op.Mult(2, x), a), b), 50), op.Div(op.Add(a, op.Mult(op.Mult(2, y), b)), 50)];
    },
  },
  wavy: {
    extent: [-3.0, 3.0, -2.0, 2.0],
    minima: [[0.0, 0.0]],
    start: [-2.5, 1.7],
    detail: 0.4,
    noise: 0.0,
    lr: 0.07,
    turns: false,
    value(x, y) {
      return op.Add(op.Mult(0.25, op.Add(op.Mult(x, x), op.Mult(y, y))), op.Mult(0.24, op.Sub(op.Sub(2, Math.cos(op.Mult(5.235987755982989, x))), Math.cos(op.Mult(5.235987755982989, y)))));
    },
    slope(x, y) {
      return [op.Add(op.Mult(0.5, x), op.Mult(op.Mult(0.24, 5.235987755982989), Math.sin(op.Mult(5.235987755982989, x)))), op.Add(op.Mult(0.5, y), op.Mult(op.Mult(0.24, 5.235987755982989), Math.sin(op.Mult(5.235987755982989, y))))];
    },
  },
  noisy: {
    extent: [-3.0, 3.0, -2.0, 2.0],
    minima: [[0.0, 0.0]],
    start: [-2.6, 1.5],
    detail: 0.02,
    noise: 2.0,
    lr: 0.05,
    turns: true,
    value(x, y) {
      return op.Mult(0.5, op.Add(op.Mult(x, x), op.Mult(op.Mult(4, y), y)));
    },
    slope(x, y) {
      return [x, op.Mult(4, y)];
    },
  },
};
