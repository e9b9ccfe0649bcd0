"""What Linux says of the machine, and of what a process takes of it: CPU seconds, memory.

Where a system has no ``/proc``, figures are 0 and names are Python's own.
"""

import os
from pathlib import Path
import platform

_CPU_FIELDS = slice(12, 16)  # utime, stime, cutime, cstime, in clock ticks


def describe_machine() -> dict[str, str]:
    """The model of the CPU, and the kernel."""
    model = read_field(Path("/proc/cpuinfo"), "model name") or platform.processor()
    return {
        "cpu": model or platform.machine(),
        "kernel": f"{platform.system()} {platform.release()}",
    }


def read_field(path: Path, name: str) -> str:
    """What a file of « name: value » lines says of *name*, the first time; empty if nothing."""
    try:
        lines = path.read_text("utf-8", "replace").splitlines()
    except OSError:
        return ""
    fields = (line.partition(":") for line in lines)
    return next((value.strip() for key, _, value in fields if key.strip() == name), "")


def resident_kib(process: int) -> int:
    """The memory that a process holds, in KiB; 0 if there is none such."""
    said = read_field(Path(f"/proc/{process}/status"), "VmRSS")
    return int(said.partition(" ")[0] or "0")


def read_stat(process: int) -> list[str]:
    """What Linux says of a process: its name, its state, its parent, …; nothing if not there."""
    try:
        text = Path(f"/proc/{process}/stat").read_text("utf-8", "replace")
    except OSError:
        return []
    name, _, rest = text.partition("(")[2].rpartition(")")
    return [name, *rest.split()]


def find_postmaster(backend: int) -> int | None:
    """The parent of a PostgreSQL *backend*; None where that process is not on this machine."""
    fields = read_stat(backend)
    return int(fields[2]) if fields and fields[0].startswith("postgres") else None


def cpu_seconds(process: int) -> float:
    """The CPU seconds of a process so far, those of its ended children included."""
    fields = read_stat(process)
    return sum(map(int, fields[_CPU_FIELDS])) / os.sysconf("SC_CLK_TCK") if fields else 0.0


def family_cpu_seconds(parent: int) -> float:
    """The CPU seconds of a process and of its children, those that ended included.

    A child's seconds become its parent's when it ends: what was read while one ended is read
    again, else they would be counted twice or not at all.
    """
    while True:
        own = cpu_seconds(parent)
        children = sum(cpu_seconds(child) for child in children_of(parent))
        if cpu_seconds(parent) == own:
            return own + children


def children_of(parent: int) -> list[int]:
    """The processes whose parent is *parent*."""
    processes = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return [process for process in processes if read_stat(process)[2:3] == [str(parent)]]
