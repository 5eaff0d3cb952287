package io.alluvium.localstack;

/** Plays samples of real events through every service. */
final class Demo {

    private final AuditDemo audit;
    private final EngineDemo engine;
    private final WebhookDemo webhooks;

    Demo(RunOptions options, RunDirectory directory, Receiver receiver, Progress progress) {
        this.audit = new AuditDemo(options, progress);
        this.engine = new EngineDemo(options, progress);
        this.webhooks = new WebhookDemo(options, directory, receiver, progress);
    }

    /** @return whether each event sent is accounted for, as the right thing */
    boolean play() {
        boolean audited = audit.play();
        boolean logged = engine.play();
        boolean received = webhooks.play();
        return audited && logged && received;
    }
}
