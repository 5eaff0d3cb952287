package io.alluvium.webhook.sink;

import java.time.Clock;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;

/**
 * Which months of agent events there are, in UTC.
 *
 * @param kept  months before the present one that are kept
 * @param ahead months after the present one that have a partition
 */
record AgentMonths(Clock clock, int kept, int ahead) {

    YearMonth first() {
        return first(clock.instant());
    }

    /** The oldest month that is kept if it is that time. */
    YearMonth first(Instant now) {
        return YearMonth.from(now.atOffset(ZoneOffset.UTC)).minusMonths(kept);
    }

    YearMonth present() {
        return YearMonth.now(clock);
    }

    YearMonth last() {
        return present().plusMonths(ahead);
    }

    /** The first moment of which events are taken. */
    Instant since() {
        return start(first());
    }

    /**
     * The first moment of which events are no longer taken: the begin of the last month, so that the partition of a new
     * month is there long before it is needed, even if nothing creates partitions for weeks.
     */
    Instant until() {
        return start(last());
    }

    static Instant start(YearMonth month) {
        return month.atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC);
    }
}
