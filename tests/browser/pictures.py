"""Telling one picture from another, in the page."""

PIXELS = """(canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum = (31 * sum + data[i]) % 1000000007;
  return sum;
}"""
"""From a canvas to a number that changes with what is drawn on it; 0 while it is empty."""

FIRST_MAP = f"() => ({PIXELS})(document.querySelector('.downhill-map'))"
"""That number of the first descent widget's map."""
