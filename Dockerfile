# The program with its pages, for docker-compose.yml. Two stages: what builds is left behind.

FROM python:3.11.13-slim-bookworm AS build
ENV UV_PYTHON_DOWNLOADS=never UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy
RUN pip install --no-cache-dir uv==0.13.9
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --no-dev --no-install-project
COPY README.md LICENSE ./
COPY kit kit
COPY stations stations
COPY telemetry telemetry
COPY dispatch dispatch
COPY simulators simulators
COPY api api
RUN uv sync --frozen --no-dev
# Front-end packages, from npm by their lock file.
RUN .venv/bin/python -m api.web.assets install

FROM python:3.11.13-slim-bookworm
RUN useradd --system --uid 10001 --user-group --home-dir /var/lib/sanlai --shell /usr/sbin/nologin sanlai \
    && install -d -o sanlai -g sanlai -m 0700 /var/lib/sanlai
COPY --from=build /app /app
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /var/lib/sanlai
VOLUME /var/lib/sanlai
USER sanlai
EXPOSE 8000
CMD ["sanlai", "web"]
