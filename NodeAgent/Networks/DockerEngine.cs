using Docker.DotNet;

namespace Crescent.NodeAgent.Networks;

/// <summary>Connection to the engine that carries the pod network.</summary>
internal static class DockerEngine
{
    /// <summary>To the given endpoint, else DOCKER_HOST, else the local engine.</summary>
    public static DockerClient Connect(Uri? endpoint)
    {
        endpoint ??= Environment.GetEnvironmentVariable("DOCKER_HOST") is { Length: > 0 } host ? new Uri(host) : null;
        var builder = new DockerClientBuilder();
        return (endpoint is null ? builder : builder.WithEndpoint(endpoint)).Build();
    }
}
