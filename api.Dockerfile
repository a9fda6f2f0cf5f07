# The HTTP API as a container: docker build -f api.Dockerfile -t profile-api . (untried: see docs/operations.md)
#   docker run --read-only --tmpfs /tmp -p 8080:8080 -e DATABASE_URL=… profile-api
#   docker run --read-only --tmpfs /tmp -v accounts:/app/storage -p 8080:8080 profile-api   (embedded accounts)
ARG NODE_VERSION=22

FROM node:${NODE_VERSION}-bookworm-slim AS builder
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY tsconfig.json *.mjs ./
COPY src ./src
# The bundle, the table of places and an empty database for first starts; then the packages that the bundle needs.
RUN node build-api.mjs && npm prune --omit=dev

FROM node:${NODE_VERSION}-bookworm-slim
WORKDIR /app
COPY --from=builder /app/package.json ./
COPY --from=builder /app/node_modules ./node_modules
COPY --from=builder /app/dist-api ./dist-api
# The only place that is written to, and only where the accounts are embedded.
RUN mkdir storage && chown node:node storage
VOLUME /app/storage
USER node
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080
EXPOSE 8080
# The image has no curl; Node asks the server that runs beside it.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# No shell in between, so that SIGTERM arrives.
CMD ["node", "--enable-source-maps", "dist-api/api-main.js"]
