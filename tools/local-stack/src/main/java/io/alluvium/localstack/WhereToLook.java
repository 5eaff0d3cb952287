package io.alluvium.localstack;

/** The addresses to try, once everything is ready. */
record WhereToLook(RunOptions options, RunDirectory directory) {

    String text() {
        String audit = "http://" + Ports.HOST + ":" + (options.portBase + 1);
        String management = "http://" + Ports.HOST + ":" + (options.portBase + 11);
        return """

                Where to look
                  change trail   %1$s/api/audit/changes
                  dashboard      %1$s/api/audit/dashboard
                  the sink       %1$s/api/sink/status
                  dead letters   %1$s/api/sink/dead-letters
                  every endpoint %1$s/q/swagger-ui
                  health         %2$s/q/health
                  metrics        %2$s/q/metrics
                  database       psql postgresql://audit@%3$s:%5$d/alluvium
                  Kafka          %3$s:%4$d, topic audit.changes
                  logs           %6$s"""
                .formatted(
                        audit, management, Ports.HOST, options.kafkaPort(), options.postgresPort(), directory.log("*"));
    }
}
