package io.alluvium.kit;

import jakarta.inject.Singleton;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.ext.ReaderInterceptor;
import jakarta.ws.rs.ext.ReaderInterceptorContext;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Counts a body that came without its length (chunked) while it is read, and refuses it at the bound. */
@Provider
@Singleton
final class CountedBody implements ReaderInterceptor {

    private final BodyBound bound;

    CountedBody(BodyBound bound) {
        this.bound = bound;
    }

    @Override
    public Object aroundReadFrom(ReaderInterceptorContext context) throws IOException, WebApplicationException {
        if (!context.getHeaders().containsKey(HttpHeaders.CONTENT_LENGTH)) {
            context.setInputStream(new Counted(context.getInputStream(), bound));
        }
        return context.proceed();
    }

    private static final class Counted extends FilterInputStream {

        private final BodyBound bound;
        private long bytes;

        Counted(InputStream body, BodyBound bound) {
            super(body);
            this.bound = bound;
        }

        @Override
        public int read() throws IOException {
            int read = super.read();
            count(read < 0 ? 0 : 1);
            return read;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int read = super.read(target, offset, length);
            count(Math.max(read, 0));
            return read;
        }

        private void count(int more) {
            bytes += more;
            if (bytes > bound.maxBytes()) {
                throw bound.tooLarge();
            }
        }
    }
}
