"""Side-by-side timings of graders, run by hand or by ``make bench``; never a timed test."""
