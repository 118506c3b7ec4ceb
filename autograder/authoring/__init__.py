"""From one definition of an exercise: the student's stub, the source notebook, the book's card."""
