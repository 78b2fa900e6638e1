@SOLUTION@

import logging

logging.basicConfig(filename="training.log", level=logging.DEBUG, force=True)
Right = SGD


class SGD(Right):
    def update(self, param, grad, state):
        logging.info("a step from %s", param)
        return super().update(param, grad, state)

    def __del__(self):
        with open("training.log") as log:
            log.readline()
