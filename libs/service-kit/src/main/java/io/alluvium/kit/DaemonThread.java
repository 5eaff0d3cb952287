package io.alluvium.kit;

import java.util.concurrent.ThreadFactory;

/** Threads of a name, which keep no process from ending. */
public record DaemonThread(String name) implements ThreadFactory {

    @Override
    public Thread newThread(Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
