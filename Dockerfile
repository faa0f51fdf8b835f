# Builds with all dependencies, then leaves behind what only building needs.
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json ./
COPY src src
RUN npm run build && rm dist/.tsbuildinfo

FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM node:24-slim
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json LICENSE NOTICE ./

# In a container every interface is the container's own. Mount the routes at /etc/postern/routes.yaml.
ENV NODE_ENV=production POSTERN_LISTEN=0.0.0.0:8080 POSTERN_ADMIN=0.0.0.0:8081
EXPOSE 8080 8081

# The image's user "node", as a number: Kubernetes cannot tell that a name is not root. Nothing is ever written.
USER 1000:1000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["node", "/app/dist/main.js", "health"]
ENTRYPOINT ["node", "/app/dist/main.js"]
CMD ["serve"]
