package io.alluvium.localstack;

/** The addresses to try, once everything is ready. */
record WhereToLook(RunOptions options, RunDirectory directory) {

    String text() {
        String host = "http://" + Ports.HOST + ":";
        String audit = host + (options.portBase + 1);
        String webhooks = host + (options.portBase + 3);
        return """

                Where to look
                  change trail   %1$s/api/audit/changes
                  dashboard      %1$s/api/audit/dashboard
                  webhooks       %2$s/api/webhooks/events; send to /webhooks/zoho and /github, secret in %7$s
                  deliveries     %2$s/api/webhooks/statistics, and logs/receiver.log
                  the sinks      %1$s/api/sink/status, %2$s/...
                  dead letters   %1$s/api/sink/dead-letters, %2$s/...
                  every endpoint %1$s/q/swagger-ui, %2$s/...
                  health         %3$s/q/health, %4$s/...
                  metrics        %3$s/q/metrics, %4$s/...
                  database       psql postgresql://audit@%5$s/alluvium, postgresql://webhook@...
                  Kafka          %6$s, topics audit.changes, webhook.received, account.sync-requests
                  logs           %8$s"""
                .formatted(
                        audit,
                        webhooks,
                        host + (options.portBase + 11),
                        host + (options.portBase + 13),
                        Ports.HOST + ":" + options.postgresPort(),
                        Ports.HOST + ":" + options.kafkaPort(),
                        LocalWebhooks.secretFile(directory),
                        directory.log("*"));
    }
}
