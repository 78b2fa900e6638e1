@FREE@

out("kill -1", call(62, 129, -1, 9))
