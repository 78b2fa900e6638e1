"""`course build --learn DIR`: from wrong files that compute the same to a draft of an entry of `mistakes.toml`.

- `gathering` reads a class, or a folder of files of one topic, and puts together what computes the same, unexplained;
- `places` is a solution's syntax tree with the text of each of its parts; `grammar` and `statements` say in which ways
  a part may be written wrong: each is a `Rewriting`;
- `trial` runs a rewritten solution, as far as need be, beside what a file has computed; `search` goes through them,
  best first, one rewrite and then two, and has the whole path compared as the diagnosis compares it;
- `draft` turns a rewrite into edits and keeps them in a file beside the catalogue; `learn` is the command.
"""
