"""The capstone's reference run on CIFAR-10: ``python -m benchmarks.capstone``, by hand.

Trains the experiments (b) to (f) of the capstone with the course's own reference answers, one after
another on one core, and prints them beside the figures that Géron published. The nets (b) to (e)
are trained twice: at a constant rate, and at one that falls when the validation loss stalls. A run
that is done is kept in a file, so that a benchmark that was stopped goes on where it was.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[1]
RECORD = ROOT / "book/data/capstone.json"
VALIDATION = 5_000
CLASSES = 10
SAMPLES = 50
PATIENCE = 12
FALL, STALL = 0.3, 2
"""What a falling rate is multiplied by, after how many epochs without a lower validation loss."""
Schedule = Literal["constant", "falling", "1cycle"]
_EPILOG = """\
Nine runs take about forty minutes on one core of 2024. To try whether it runs at all:
  python -m benchmarks.capstone --quick
Without --data, Keras downloads CIFAR-10 (170 MB) and keeps it. Offline, give a file with the arrays
x_train, y_train, x_test, y_test of keras.datasets.cifar10.load_data():
  python -m benchmarks.capstone --data cifar10.npz --only b,c
"""


@dataclass(frozen=True)
class Data:
    """CIFAR-10: images as numbers from 0 to 1, in three parts."""

    train: tuple[Any, Any]
    validation: tuple[Any, Any]
    test: tuple[Any, Any]
    source: str
    digest: str


@dataclass(frozen=True)
class Experiment:
    """One of the capstone's nets and how it is trained."""

    letter: str
    title: str
    published: dict[str, float]
    net: str
    rate: float | None  # None: the range test finds the peak of the 1cycle schedule
    batch: int = 32
    epochs: int = 100
    dropout: float = 0.0

    @property
    def schedules(self) -> tuple[Schedule, ...]:
        """How its learning rate goes, in each of its runs."""
        return ("1cycle",) if self.rate is None else ("constant", "falling")


EXPERIMENTS = {
    experiment.letter: experiment
    for experiment in (
        Experiment("b", "ELU, He, Nadam", {"validation": 0.468}, "deep", 2e-4),
        Experiment("c", "with batch normalisation", {"validation": 0.507}, "normalised", 5e-4),
        Experiment("d", "SELU, LeCun", {"validation": 0.503}, "selu", 7e-4),
        Experiment(
            "e",
            "with alpha dropout",
            {"validation": 0.481, "mc_validation": 0.498},
            "selu",
            5e-4,
            dropout=0.1,
        ),
        Experiment(
            "f",
            "with 1cycle",
            {"validation": 0.520},
            "selu",
            None,
            batch=128,
            epochs=20,
            dropout=0.2,
        ),
    )
}


def main() -> int:
    """Run the chosen experiments and return the exit status."""
    options = _parser().parse_args()
    letters = options.only.split(",") if options.only else list(EXPERIMENTS)
    unknown = set(letters) - set(EXPERIMENTS)
    if unknown:
        print(f"There is no experiment {min(unknown)!r}; there are {', '.join(EXPERIMENTS)}.")
        return 2
    console = Console(width=None if sys.stdout.isatty() else 140)
    _one_core()
    try:
        data = _load(options.data, quick=options.quick)
    except (OSError, KeyError, ValueError) as error:
        print(f"CIFAR-10 could not be read: {error}")
        return 2
    kept = options.kept / ("quick" if options.quick else "full")
    kept.mkdir(parents=True, exist_ok=True)
    files = {
        (letter, schedule): kept / f"{letter}-{schedule}-{options.seed}.json"
        for letter, experiment in EXPERIMENTS.items()
        for schedule in experiment.schedules
    }
    for (letter, schedule), file in files.items():
        if letter not in letters:
            continue
        if file.exists():
            console.print(f"({letter}) {schedule} is done: {file}", highlight=False)
            continue
        experiment = EXPERIMENTS[letter]
        console.print(f"({letter}) {experiment.title}, {schedule} rate", highlight=False)
        result = _run(experiment, schedule, data, options.seed, console, quick=options.quick)
        file.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    results = [
        json.loads(file.read_text(encoding="utf-8")) for file in files.values() if file.exists()
    ]
    console.print(_table(results))
    if options.record:
        _record(results, data, options.record)
    return 0


def _one_core() -> None:
    """Keep TensorFlow quiet and on one core, before it is imported."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    import tensorflow as tf  # type: ignore[import-untyped]

    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)


def _load(path: Path | None, *, quick: bool) -> Data:
    source = "keras.datasets.cifar10" if path is None else f"--data {path.name}"
    if path is None:
        import keras

        (x, y), (x_test, y_test) = keras.datasets.cifar10.load_data()
    else:
        with np.load(path) as arrays:
            x, y, x_test, y_test = (arrays[k] for k in ("x_train", "y_train", "x_test", "y_test"))
    digest = hashlib.sha256(x.tobytes() + y.astype(np.uint8).tobytes()).hexdigest()
    first = VALIDATION
    if quick:
        first, x, y, x_test, y_test = 400, x[:2000], y[:2000], x_test[:400], y_test[:400]
    x, x_test = (part.astype(np.float32) / 255 for part in (x, x_test))
    y, y_test = (part.reshape(-1).astype(np.int32) for part in (y, y_test))
    return Data((x[first:], y[first:]), (x[:first], y[:first]), (x_test, y_test), source, digest)


def _run(
    experiment: Experiment,
    schedule: Schedule,
    data: Data,
    seed: int,
    console: Console,
    *,
    quick: bool,
) -> dict[str, Any]:
    """Train one net and return what is to be kept of it."""
    import keras

    from solutions import capstone, deep_nets
    from solutions.keras_extensions import OneCycle

    parts = capstone.standardise(data.train[0], data.validation[0], data.test[0])
    train, validation, test = (
        (x, y)
        for x, y in zip(parts, (data.train[1], data.validation[1], data.test[1]), strict=True)
    )
    keras.utils.set_random_seed(seed)
    model = _net(experiment, train[0].shape[1:])
    epochs = 2 if quick else experiment.epochs
    seconds: list[float] = []
    watch = _watch(seconds, console)
    callbacks = [watch]
    found: dict[str, float] = {}
    if schedule == "1cycle":
        _compile(model, keras.optimizers.SGD(momentum=0.9), steps=1)
        found["max_rate"] = _range_test(model, train, experiment.batch)
        console.print(f"    range test: at most {found['max_rate']:.3g}", highlight=False)
        keras.utils.set_random_seed(seed)
        model = _net(experiment, train[0].shape[1:])
        _compile(model, keras.optimizers.SGD(momentum=0.9), steps=1)
        steps = epochs * -(-len(train[0]) // experiment.batch)
        callbacks.append(OneCycle(steps, found["max_rate"]))
    else:
        _compile(model, keras.optimizers.Nadam(experiment.rate), steps=20)
        if schedule == "falling":
            callbacks.append(
                keras.callbacks.ReduceLROnPlateau(monitor="val_loss", factor=FALL, patience=STALL)
            )
        # What is compared is accuracy, and it still rises when the loss has turned.
        callbacks.append(
            keras.callbacks.EarlyStopping(
                monitor="val_accuracy", patience=PATIENCE, restore_best_weights=True
            )
        )
    history = model.fit(
        *train,
        epochs=epochs,
        batch_size=experiment.batch,
        validation_data=validation,
        verbose=0,
        callbacks=callbacks,
    ).history
    loss, accuracy = model.evaluate(*validation, verbose=0)
    ran = len(history["loss"])
    # Early stopping has put the best weights back; 1cycle ends with its last.
    kept = ran if schedule == "1cycle" else 1 + np.argmax(history["val_accuracy"])
    result = {
        "letter": experiment.letter,
        "title": experiment.title,
        "schedule": schedule,
        "published": experiment.published,
        "validation": round(accuracy, 4),
        "validation_loss": round(loss, 4),
        "test": round(model.evaluate(*test, verbose=0)[1], 4),
        "epochs": ran,
        "kept_epoch": int(kept),
        "seconds_per_epoch": round(float(np.median(seconds)), 2),
        "seed": seed,
        "batch": experiment.batch,
        "rate": experiment.rate,
        **found,
        "history": {
            "seconds": [round(second, 2) for second in seconds],
            **{name: [round(v, 4) for v in history[name]] for name in sorted(history)},
        },
    }
    if experiment.dropout:
        for name, (x, y) in (("mc_validation", validation), ("mc_test", test)):
            probabilities = deep_nets.mc_predict(model, x, SAMPLES)
            result[name] = round(float(np.mean(probabilities.argmax(axis=1) == y)), 4)
        result["samples"] = SAMPLES
    return result


def _net(experiment: Experiment, shape: tuple[int, ...]) -> Any:
    from solutions import deep_nets

    if experiment.net == "selu":
        return deep_nets.selu_net(shape, CLASSES, experiment.dropout)
    if experiment.net == "normalised":
        # Some 1,400 batches an epoch, so Keras's slow average is smooth and still up to date.
        return deep_nets.normalised_net(shape, CLASSES, "elu", momentum=0.99)
    return deep_nets.deep_net(shape, CLASSES, "elu")


def _compile(model: Any, optimiser: Any, steps: int) -> None:
    """Compile for speed: XLA and `steps` batches a call take half the time on one core."""
    model.compile(
        loss="sparse_categorical_crossentropy",
        optimizer=optimiser,
        metrics=["accuracy"],
        jit_compile=True,
        steps_per_execution=steps,
    )


def _watch(seconds: list[float], console: Console) -> Any:
    """Return a callback that prints each epoch and notes the processor time of its batches."""
    import keras

    class Watch(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            self.start = time.process_time()

        def on_test_begin(self, logs: Any = None) -> None:
            seconds.append(time.process_time() - self.start)

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            told = "  ".join(f"{name} {logs[name]:.4f}" for name in sorted(logs))
            console.print(f"    {epoch + 1:3d}  {seconds[-1]:5.1f} s  {told}", highlight=False)

    return Watch()


def _range_test(model: Any, train: tuple[Any, Any], batch: int) -> float:
    """Return a third of the rate at which the smoothed loss was lowest.

    The rate grows by the same factor at each batch of one epoch, from 0.001 to 1.
    """
    import keras

    x, y = train
    steps = len(x) // batch
    order = np.random.default_rng(0).permutation(len(x))
    rates = np.geomspace(1e-3, 1.0, steps)
    smooth, weight, lowest, best = 0.0, 0.0, np.inf, rates[0]
    for step, rate in enumerate(rates):
        chosen = order[step * batch : (step + 1) * batch]
        model.optimizer.learning_rate = rate
        loss = model.train_on_batch(x[chosen], y[chosen], return_dict=True)["loss"]
        model.reset_metrics()
        smooth, weight = 0.95 * smooth + 0.05 * float(loss), 0.95 * weight + 0.05
        if not np.isfinite(smooth) or smooth / weight > 2 * lowest:
            break
        if smooth / weight < lowest:
            lowest, best = smooth / weight, rate
    keras.backend.clear_session()
    return float(best / 3)


def _table(results: list[dict[str, Any]]) -> Table:
    table = Table(title="CIFAR-10, 20 x 100 dense: validation accuracy in %")
    for column in ("", "", "rate"):
        table.add_column(column)
    for column in ("Géron", "ours", "MC", "test", "kept epoch", "of", "time per epoch"):
        table.add_column(column, justify="right")
    base = next((r["seconds_per_epoch"] for r in results if r["letter"] == "b"), None)
    for r in results:
        published = " / ".join(f"{100 * v:.1f}" for v in r["published"].values())
        mc = f"{100 * r['mc_validation']:.1f}" if "mc_validation" in r else ""
        table.add_row(
            f"({r['letter']})",
            r["title"],
            r["schedule"],
            published,
            f"{100 * r['validation']:.1f}",
            mc,
            f"{100 * r['test']:.1f}",
            str(r["kept_epoch"]),
            str(r["epochs"]),
            f"{r['seconds_per_epoch'] / base:.2f}" if base else "",
        )
    return table


def _record(results: list[dict[str, Any]], data: Data, path: Path) -> None:
    """Write the results to `path`, with what they were made with."""
    import keras
    import tensorflow as tf

    head = {
        "made_by": "python -m benchmarks.capstone",
        "data": data.source,
        "data_sha256": data.digest,
        "versions": {
            "python": platform.python_version(),
            "keras": keras.__version__,
            "tensorflow": tf.__version__,
            "numpy": np.__version__,
        },
    }
    lines = ",\n".join(json.dumps(result, ensure_ascii=False) for result in results)
    text = (
        json.dumps(head, indent=1).removesuffix("\n}") + f',\n "experiments": [\n{lines}\n ]\n}}\n'
    )
    path.write_text(text, encoding="utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.capstone",
        description=__doc__.partition("\n\n")[2],
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", type=Path, metavar="PATH", help="an .npz file of CIFAR-10")
    parser.add_argument("--only", metavar="b,c", help="only these experiments")
    parser.add_argument("--quick", action="store_true", help="2,000 images, two epochs")
    parser.add_argument("--seed", type=int, default=42, help="of weights and batches (42)")
    parser.add_argument(
        "--kept",
        type=Path,
        metavar="DIR",
        default=ROOT / "_build/capstone",
        help="where results are kept (_build/capstone)",
    )
    parser.add_argument(
        "--record", type=Path, nargs="?", const=RECORD, metavar="FILE", help="write them down"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
