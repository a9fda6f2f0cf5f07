# The major version of Node that is shipped; .ci/run tests on it too. Why 22: see docs/decisions.md. The base image has no
# finer tag; whoever publishes sets a digest (docs/publishing.md).
ARG NODE_VERSION=22

FROM apify/actor-node:${NODE_VERSION} AS builder
USER root
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --include=dev
COPY tsconfig.json build.mjs build-gazetteer.mjs build-reference.mjs place-aliases.mjs draw-header-sets.mjs list-licenses.mjs ./
COPY src ./src
RUN node build.mjs

# The bundle holds everything, the licences of what it is made of too: no node_modules in the image.
FROM apify/actor-node:${NODE_VERSION}
WORKDIR /app
COPY --from=builder /app/package.json ./
COPY --from=builder /app/dist ./dist
# The base image lets V8 grow to 30 GB, past any container. Five eighths of the memory go to the heap; the rest is
# code, sockets and buffers. A young generation of 4 MB instead of 16 keeps 27 MB free and costs no CPU that shows.
# Collecting garbage on one thread takes a tenth less CPU, and there is not a whole core for a second one.
# Pretenuring makes V8 take the tree of a page, which is there for two milliseconds, for something that stays: three
# times as many full collections, a quarter more CPU a profile.
ENV NODE_OPTIONS=""
ENV NODE_FLAGS="--max-semi-space-size=4 --single-threaded-gc --no-allocation-site-pretenuring"
# V8 drops flags from one version to the next, and Node does not start with one that it does not know.
RUN node --max-old-space-size=640 $NODE_FLAGS -e 0
# The base image's own user, who may change nothing in /app. Untried: nothing here builds images (docs/publishing.md).
USER myuser
# `exec` makes Node the process that gets the platform's signals.
CMD exec node --max-old-space-size=$(( ${ACTOR_MEMORY_MBYTES:-1024} * 5 / 8 )) $NODE_FLAGS dist/main.js
