using System.Globalization;

namespace Crescent.NodeAgent.Pods.Variables;

/// <summary>
/// Variables that name the services a pod can reach, see
/// <see href="https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables">Discovering services</see>.
/// </summary>
internal static class ServiceVariables
{
    public static IEnumerable<KeyValuePair<string, string>> For(ServiceAddress service)
    {
        var name = service.Name.ToUpperInvariant().Replace('-', '_');
        if (service.Ports.IsEmpty)
        {
            yield break;
        }

        var host = service.ClusterIp.Contains(':', StringComparison.Ordinal) ? $"[{service.ClusterIp}]" : service.ClusterIp;
        yield return new($"{name}_SERVICE_HOST", service.ClusterIp);
        yield return new($"{name}_SERVICE_PORT", Text(service.Ports[0].Port));
        foreach (var port in service.Ports.Where(static port => port.Name.Length > 0))
        {
            yield return new($"{name}_SERVICE_PORT_{port.Name.ToUpperInvariant().Replace('-', '_')}", Text(port.Port));
        }

        yield return new($"{name}_PORT", Url(service.Ports[0]));
        foreach (var port in service.Ports)
        {
            var prefix = $"{name}_PORT_{Text(port.Port)}_{port.Protocol.ToUpperInvariant()}";
            yield return new(prefix, Url(port));
            yield return new(prefix + "_PROTO", port.Protocol.ToLowerInvariant());
            yield return new(prefix + "_PORT", Text(port.Port));
            yield return new(prefix + "_ADDR", service.ClusterIp);
        }

        string Url(ServicePortAddress port) => $"{port.Protocol.ToLowerInvariant()}://{host}:{Text(port.Port)}";
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
