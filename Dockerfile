# The gateway on Node 24, which runs TypeScript as it is: no build, no loader.
FROM node:24-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts

FROM node:24-slim
WORKDIR /app
ENV NODE_ENV=production \
    VERIMETER_MODE=production \
    VERIMETER_HOST=0.0.0.0 \
    VERIMETER_PORT=8787 \
    VERIMETER_DATA_DIR=/data \
    VERIMETER_KEYS_DIR=/keys
COPY --from=packages /app/node_modules node_modules
COPY package.json ./
COPY drizzle drizzle
COPY src src
COPY scripts scripts
# The image's own user, not root. Volumes begin with the owner and the mode of these folders.
RUN mkdir -m 0700 /data /keys && chown node:node /data /keys
USER node
VOLUME ["/data", "/keys"]
EXPOSE 8787
# SIGTERM drains. Give it longer than VERIMETER_DRAIN_DEADLINE_MS: docker stop --time 40.
STOPSIGNAL SIGTERM
# Whether the process lives. A proxy in front asks /ready, which also says that the ledger can be written.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.VERIMETER_PORT + '/health').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "src/runtimes/main.ts"]
