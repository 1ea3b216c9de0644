using System.Reflection;

namespace Crescent.Api.Hosting;

/// <summary>The API server.</summary>
public sealed class ApiOptions
{
    /// <summary>
    /// Version of Kubernetes whose API is served, as <c>/version</c> reports it. Clients derive from the minor what they may ask for:
    /// kubectl supports one minor either way.
    /// </summary>
    public string KubernetesVersion { get; set; } = "1.33.1";

    /// <summary>What stands behind the plus in <c>gitVersion</c>: <c>v1.33.1+crescent.0.1.0</c>.</summary>
    public string BuildMetadata { get; set; } =
        $"crescent.{typeof(ApiOptions).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]}";

    /// <summary>A request that is not long-running is ended after this time; one minute as in Kubernetes.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromMinutes(1);
}
