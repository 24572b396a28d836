# The image of a server: API with the web application, worker, migration. Which of them a container is,
# its command says. The local trial's servers (PostgreSQL, Temporal, Node, the handset) are not in it.

FROM node:24-slim AS web
WORKDIR /web
COPY web/package.json web/package-lock.json web/.npmrc ./
RUN npm ci
COPY web ./
RUN npm run build

FROM python:3.13-slim AS packages
RUN python -m venv /opt/venv
COPY requirements/runtime.txt ./
RUN /opt/venv/bin/pip install --no-cache-dir --require-hashes -r runtime.txt

FROM python:3.13-slim
RUN useradd --system --uid 10001 --create-home touchline
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    TOUCHLINE_HOST=0.0.0.0 \
    TOUCHLINE_PORT=8400
WORKDIR /app
COPY --from=packages /opt/venv /opt/venv
COPY settings.py worker.py cli.py ./
COPY domain domain
COPY workflows workflows
COPY channels channels
COPY db db
COPY activities activities
COPY api api
COPY trial trial
COPY commands commands
COPY --from=web /web/dist web/dist
USER touchline
EXPOSE 8400
CMD ["python", "-m", "api"]
