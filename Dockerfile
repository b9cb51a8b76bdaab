# Node.js 24 has long-term support until April 2028, Debian 12 until June 2028, and the tests run on Debian 12.
ARG NODE_VERSION=24
ARG DEBIAN_RELEASE=bookworm

FROM node:${NODE_VERSION}-${DEBIAN_RELEASE}-slim AS build
WORKDIR /build
# Before the sources, so that a change of these does not install all packages again.
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json rolldown.config.ts ./
COPY src src
# The maps of the sources are larger than the bundle, and nothing here reads them.
RUN npm run build && rm dist/*.map
# The bundle has the code of the packages in it. Of the packages themselves stay hls.js, which the page loads, and the licences.
RUN npm prune --omit=dev --ignore-scripts --no-audit --no-fund \
  && mkdir kept \
  && find node_modules -type f \( -iname 'licen[cs]e*' -o -iname 'notice*' \
    -o -path node_modules/hls.js/package.json -o -path node_modules/hls.js/dist/hls.min.js \) \
    -exec cp --parents --target-directory=kept {} +

# Not node:24-bookworm-slim: npm, yarn, corepack and headers are half of it, and nothing of that runs here.
FROM debian:${DEBIAN_RELEASE}-slim
# tini is process 1: a process of that number ignores every signal it has no handler for, and Node.js does not wait for
# children that are not its own.
RUN apt-get update \
  && apt-get install --yes --no-install-recommends srt-tools tini \
  && rm -rf /var/lib/apt/lists/* \
  && install --directory --owner=10001 --group=10001 /var/lib/mqa-packager
COPY --from=build /usr/local/bin/node /usr/local/bin/node
COPY --from=build /build/kept/node_modules /opt/mqa-packager/node_modules
COPY samples /opt/mqa-packager/samples
COPY src/server/page /opt/mqa-packager/src/server/page
COPY deploy/healthcheck.js deploy/alert-receiver.js /opt/mqa-packager/deploy/
COPY LICENSE package.json /opt/mqa-packager/
COPY --from=build /build/dist /opt/mqa-packager/dist

# Errors are answered without their stacks.
ENV NODE_ENV=production
# A number, so that an orchestrator can see that it is not root's.
USER 10001:10001
WORKDIR /var/lib/mqa-packager
# HTTP of `run` and `demo`, SRT and UDP of inputs as the documents have them. What is listened on is configuration.
EXPOSE 8080/tcp 9000/udp 5000/udp
# Whether it serves, not whether it has an input: what is started again because the encoder has gone loses its window as well.
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s --retries=3 CMD ["node", "/opt/mqa-packager/deploy/healthcheck.js"]
ENTRYPOINT ["tini", "--", "node", "/opt/mqa-packager/dist/main.js"]
CMD ["run", "/etc/mqa-packager/config.yaml"]

# Last, as they change with each build.
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="mqa-packager" \
  org.opencontainers.image.description="Live packager that carries picture quality on: MPEG-TS in, HLS and DASH with the quality of each segment out" \
  org.opencontainers.image.licenses="Apache-2.0" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}" \
  org.opencontainers.image.base.name="docker.io/library/debian:bookworm-slim"
