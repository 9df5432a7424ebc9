# syntax=docker/dockerfile:1
#
#   docker build -t idempotency-gateway .
#   docker run --read-only --cap-drop ALL --security-opt no-new-privileges --ulimit core=0 --stop-timeout 40 -p 8080:8080 \
#     -v gateway-data:/data -v "$PWD/config:/etc/idempotency-gateway:ro" idempotency-gateway
#
# Framework-dependent: the runtime layer is shared and patched with its base image, and the gateway's own layer stays a few megabytes.
# ReadyToRun, so that the first request is as fast as the next.

FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0 AS build
ARG TARGETARCH
WORKDIR /source

# What decides the packages comes first: this layer is rebuilt only when a version changes.
COPY global.json nuget.config Directory.Build.props Directory.Packages.props ./
COPY src/IdempotencyGateway.Core/IdempotencyGateway.Core.csproj src/IdempotencyGateway.Core/packages.lock.json src/IdempotencyGateway.Core/
COPY src/SimulatedProvider/SimulatedProvider.csproj src/SimulatedProvider/packages.lock.json src/SimulatedProvider/
COPY src/IdempotencyGateway/IdempotencyGateway.csproj src/IdempotencyGateway/packages.lock.json src/IdempotencyGateway/
# Not `restore -r`: that replaces the list of platforms the lock files were made for.
RUN dotnet restore src/IdempotencyGateway --locked-mode \
    -p:RuntimeIdentifier=linux-$(echo "$TARGETARCH" | sed s/amd64/x64/) -p:PublishReadyToRun=true -p:UseAppHost=false

COPY .editorconfig ./
COPY src src
RUN dotnet publish src/IdempotencyGateway --no-restore -c Release -o /app --self-contained false \
    -r linux-$(echo "$TARGETARCH" | sed s/amd64/x64/) -p:PublishReadyToRun=true -p:UseAppHost=false \
 && mkdir /data

# No shell and no package manager; the user `app` (1654) is the image's own.
FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled
WORKDIR /app
COPY --from=build /app .
COPY --from=build --chown=1654:1654 /data /data
COPY config /etc/idempotency-gateway

# Only /data is written, whatever the mounted configuration says; diagnostics would want a socket in /tmp, and the configuration alone
# says where to listen.
ENV IDEMPOTENCY_GATEWAY__Store__Sqlite__Path=/data/gateway.db \
    IDEMPOTENCY_GATEWAY__Store__SecretFile=/data/store.secret \
    DOTNET_EnableDiagnostics=0 \
    ASPNETCORE_HTTP_PORTS=

USER 1654:1654
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
    CMD ["dotnet", "IdempotencyGateway.dll", "health", "--config", "/etc/idempotency-gateway/gateway.json"]
ENTRYPOINT ["dotnet", "IdempotencyGateway.dll"]
CMD ["run", "--config", "/etc/idempotency-gateway/gateway.json"]
