"""The engine log from Python: the functions of the original, without SQLite and without waiting.

Standard library only. A call puts its row into a queue and returns; one thread sends what is there to the audit-service, an
array for each table. While the service is away rows wait, up to `capacity`; what finds no place is counted, and a row in
ENGINE_DB_LOG_FUNCTION_ERROR tells how many and since when, once rows flow again. No function raises.

    import engine_log
    engine_log.open("http://localhost:8081")
    engine_log.log_steps(STEP_NAME="resample", RECORDING_ID=42)

    @engine_log.timed
    def split_frame(audio): ...

    engine_log.close()
"""

import collections
import datetime
import functools
import json
import os
import sys
import threading
import time
import traceback
import urllib.error
import urllib.request
import uuid

PREFIX = "ENGINE_DB_LOG_"
BATCH = 1000


def now():
    return datetime.datetime.now(datetime.timezone.utc)


class EngineLog:
    def __init__(self, url, token=None, capacity=100_000, timeout=5.0):
        self.url = url.rstrip("/") + "/api/engine-logs/"
        self.token = token
        self.capacity = capacity
        self.timeout = timeout
        self.instance = str(uuid.uuid4())
        self.rows = collections.deque()
        self.dropped = collections.Counter()
        self.dropped_since = None
        self.refused = 0
        self.sent = 0
        self.closing = threading.Event()
        self.thread = threading.Thread(target=self._run, name="engine-log", daemon=True)
        self.thread.start()

    def insert(self, table, row):
        """Logs a row of any table; names in any case, with ENGINE_DB_LOG_ or without."""
        try:
            if len(self.rows) >= self.capacity or self.closing.is_set():
                self._drop(table, 1)
            else:
                self.rows.append((table, {**row, "logged_at": now()}))
        except Exception as failure:  # the engine goes on
            self._console(table, failure)

    def close(self, deadline=5.0):
        """Sends what is there, for as long as the deadline; the rest is printed as a number."""
        self.closing.set()
        self.thread.join(deadline)
        if self.rows:
            self._console("close", "%d rows were not sent" % len(self.rows))

    def _run(self):
        while True:
            ending = self.closing.is_set()
            batch = self._batch()
            if batch:
                self._deliver(*batch)
            elif ending:
                return
            else:
                self._tell_of_drops()
                self.closing.wait(0.01)

    def _batch(self):
        """The oldest rows that are of one table, in order."""
        if not self.rows:
            return None
        table, rows = self.rows[0][0], []
        while self.rows and self.rows[0][0] == table and len(rows) < BATCH:
            rows.append(self._complete(table, self.rows.popleft()[1]))
        return table, rows

    def _complete(self, table, row):
        complete = {name: _plain(value) for name, value in row.items() if not _is_left_out(value)}
        complete["engine_instance_id"] = self.instance
        complete["event_id"] = str(uuid.uuid4())  # sent again after a failure, it is stored once
        return complete

    def _deliver(self, table, rows):
        pause = 0.1
        while True:
            try:
                self._post(table, rows)
                self.sent += len(rows)
                return
            except urllib.error.HTTPError as answer:
                if answer.code not in (408, 429) and answer.code < 500:
                    self._refuse(table, rows, answer)
                    return
            except (OSError, urllib.error.URLError):
                pass  # away: it is tried again
            if self.closing.wait(pause):
                time.sleep(pause)  # close() waits no longer than its deadline, and this thread ends with the process
            pause = min(pause * 2, 5.0)

    def _refuse(self, table, rows, answer):
        """One bad row makes the service refuse all of them: find it."""
        if len(rows) > 1:
            for row in rows:
                self._deliver(table, [row])
            return
        self.refused += 1
        try:
            why = json.load(answer).get("detail")
        except ValueError:
            why = answer
        self._console(table, "%s %s" % (why, rows[0]))

    def _post(self, table, rows):
        headers = {"Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = "Bearer " + self.token
        request = urllib.request.Request(self.url + table, json.dumps(rows, default=str).encode(), headers)
        with urllib.request.urlopen(request, timeout=self.timeout) as answer:
            answer.read()

    def _drop(self, table, count):
        self.dropped_since = self.dropped_since or now()
        self.dropped[table] += count

    def _tell_of_drops(self):
        if self.dropped_since is None or self.closing.is_set():
            return
        since, dropped = self.dropped_since, self.dropped
        self.dropped_since, self.dropped = None, collections.Counter()
        for table, count in dropped.items():
            message = "dropped %d since %s: %s" % (count, since.isoformat(), table)
            self.insert(PREFIX + "FUNCTION_ERROR",
                        {"DT_ADDED": now(), "PYTHON_FUNCTION_NAME": "engine_log", "ERROR_MESSAGE_TEXT": message})

    @staticmethod
    def _console(what, message):
        try:
            print(("%s - %s" % (what, message)).encode("ascii", "replace").decode(), file=sys.stderr)
        except Exception:
            pass


def _is_left_out(value):
    """None is NULL, and bytes are not logged, as in the original."""
    return value is None or isinstance(value, (bytes, bytearray, memoryview))


def _plain(value):
    if isinstance(value, datetime.datetime):
        # A time without a zone is the engine's local time, as everywhere in Python.
        return value.astimezone(datetime.timezone.utc).isoformat()
    return value


_log = None


def open(url, token=None, **settings):
    global _log
    _log = EngineLog(url, token, **settings)
    return _log


def close(deadline=5.0):
    if _log:
        _log.close(deadline)


def log(table, **row):
    if _log:
        _log.insert(PREFIX + table, row)


def log_function_execution(**row):
    log("FUNCTIONS", **{"DT_ADDED": now(), **row})


def log_function_error(**row):
    log("FUNCTION_ERROR", **{"DT_ADDED": now(), **row})


def log_audio_frame_metadata(**row):
    log("SPLIT_100_MS_AUDIO_FRAME", **{"DT_ADDED": now(), **row})


def log_pre_split_audio_frame(**row):
    log("PRE_SPLIT_AUDIO_FRAME", **row)


def log_recording_config(**row):
    log("RECORDING_CONFIG", **{"DT_ADDED": now(), **row})


def log_websocket_connection(**row):
    log("WEBSOCKET_CONNECTION", **row)


def log_websocket_message(**row):
    log("WEBSOCKET_MESSAGE", **row)


def log_process_registry(**row):
    log("PROCESS_REGISTRY", **{"dt_added": now(), **row})


def log_steps(**row):
    log("STEPS", **{"DT_ADDED": now(), **row})


def log_resource_monitor(**row):
    log("RESOURCE_MONITOR", **{"DT_ADDED": now(), **row})


def timed(function):
    """Logs Start, and End (0.123s) or Error: <Class>: <message>, of each call."""
    name = function.__name__[:100]
    file = os.path.basename(function.__code__.co_filename)[:100]

    def tell(message):
        log_function_execution(PYTHON_FUNCTION_NAME=name, PYTHON_FILE_NAME=file, START_STOP_OR_ERROR_MSG=message)

    @functools.wraps(function)
    def call(*args, **kwargs):
        start = time.perf_counter()
        tell("Start")
        try:
            result = function(*args, **kwargs)
        except BaseException as failure:
            tell("Error: %s: %s" % (type(failure).__name__, failure))
            log_function_error(PYTHON_FUNCTION_NAME=name, PYTHON_FILE_NAME=file, ERROR_MESSAGE_TEXT=str(failure),
                               TRACEBACK_TEXT=traceback.format_exc())
            raise
        tell("End (%.3fs)" % (time.perf_counter() - start))
        return result

    return call


if __name__ == "__main__":
    opened = open(sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8081")
    recording = int(time.time())

    @timed
    def resample(samples):
        return samples / 2

    @timed
    def broken():
        raise ValueError("no samples")

    log_websocket_connection(WEBSOCKET_CONNECTION_ID=1, DT_CONNECTION_REQUEST=now(), CLIENT_HEADERS=json.dumps({"a": "b"}))
    log_recording_config(RECORDING_ID=recording, COMPOSE_PLAY_OR_PRACTICE="PLAY", DT_RECORDING_START=now())
    for frame in range(10):
        log_steps(STEP_NAME="frame", RECORDING_ID=recording, FRAME_NO=frame, STEP_ID=frame)
        log_audio_frame_metadata(RECORDING_ID=recording, AUDIO_FRAME_NO=frame, START_MS=frame * 100, YN_RUN_FFT="Y")
        resample(44100)
    try:
        broken()
    except ValueError:
        pass
    log_process_registry(process_id=os.getpid(), last_heartbeat=now(), cpu_percent=12.5)
    log("STEPS", NO_SUCH_COLUMN=1)
    opened.insert("ENGINE_DB_LOG_NOTHING", {})
    close()
    print("recording %d: %d rows sent, %d refused, %d dropped"
          % (recording, opened.sent, opened.refused, sum(opened.dropped.values())))
