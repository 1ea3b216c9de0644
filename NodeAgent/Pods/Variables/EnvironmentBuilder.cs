using System.Text;
using Crescent.NodeAgent.Assignments;
using k8s.Models;

namespace Crescent.NodeAgent.Pods.Variables;

/// <summary>Environment of a container: services, then <c>envFrom</c>, then <c>env</c>; what comes later wins.</summary>
internal static class EnvironmentBuilder
{
    /// <exception cref="ConfigurationException">Something that is named does not exist.</exception>
    public static Dictionary<string, string> Build(V1Container container, PodFields fields, IServiceDirectory services, INodeObjects objects)
    {
        var pod = fields.Pod;
        var podNamespace = pod.Metadata.NamespaceProperty;
        var result = new Dictionary<string, string>(StringComparer.Ordinal);

        // The API server is always named; other services only when the pod wants links.
        foreach (var service in services.In("default").Where(static service => service.Name == "kubernetes")
                     .Concat(pod.Spec.EnableServiceLinks == false ? [] : services.In(podNamespace)))
        {
            foreach (var (name, value) in ServiceVariables.For(service))
            {
                result[name] = value;
            }
        }

        foreach (var source in container.EnvFrom ?? [])
        {
            AddFrom(source, podNamespace, objects, result);
        }

        foreach (var variable in container.Env ?? [])
        {
            if (variable.ValueFrom is not { } from)
            {
                result[variable.Name] = VariableExpansion.Expand(variable.Value ?? "", result);
            }
            else if (Read(container, from, fields, objects) is { } value)
            {
                result[variable.Name] = value;
            }
        }

        return result;
    }

    /// <summary>Null when an optional reference has no target.</summary>
    private static string? Read(V1Container container, V1EnvVarSource from, PodFields fields, INodeObjects objects)
    {
        var podNamespace = fields.Pod.Metadata.NamespaceProperty;
        if (from.FieldRef is { } field)
        {
            return fields.Field(field.FieldPath);
        }

        if (from.ResourceFieldRef is { } resource)
        {
            return fields.Resource(resource.ContainerName is { Length: > 0 } other ? other : container.Name, resource.Resource, resource.Divisor);
        }

        if (from.ConfigMapKeyRef is { } config)
        {
            var map = objects.FindConfigMap(podNamespace, config.Name ?? "");
            if (map is null)
            {
                return config.Optional == true ? null : throw new ConfigurationException($"configmap \"{config.Name}\" not found");
            }

            return map.Data is { } data && data.TryGetValue(config.Key, out var text) ? text
                : config.Optional == true ? null
                : throw new ConfigurationException($"couldn't find key {config.Key} in ConfigMap {podNamespace}/{config.Name}");
        }

        if (from.SecretKeyRef is { } secretKey)
        {
            var secret = objects.FindSecret(podNamespace, secretKey.Name ?? "");
            if (secret is null)
            {
                return secretKey.Optional == true ? null : throw new ConfigurationException($"secret \"{secretKey.Name}\" not found");
            }

            return secret.Data is { } data && data.TryGetValue(secretKey.Key, out var bytes) ? Encoding.UTF8.GetString(bytes)
                : secretKey.Optional == true ? null
                : throw new ConfigurationException($"couldn't find key {secretKey.Key} in Secret {podNamespace}/{secretKey.Name}");
        }

        return "";
    }

    private static void AddFrom(V1EnvFromSource source, string podNamespace, INodeObjects objects, Dictionary<string, string> result)
    {
        if (source.ConfigMapRef is { } config)
        {
            if (objects.FindConfigMap(podNamespace, config.Name ?? "") is { } map)
            {
                foreach (var (key, value) in map.Data ?? new Dictionary<string, string>(StringComparer.Ordinal))
                {
                    result[source.Prefix + key] = value;
                }
            }
            else if (config.Optional != true)
            {
                throw new ConfigurationException($"configmap \"{config.Name}\" not found");
            }
        }

        if (source.SecretRef is { } secretSource)
        {
            if (objects.FindSecret(podNamespace, secretSource.Name ?? "") is { } secret)
            {
                foreach (var (key, value) in secret.Data ?? new Dictionary<string, byte[]>(StringComparer.Ordinal))
                {
                    result[source.Prefix + key] = Encoding.UTF8.GetString(value);
                }
            }
            else if (secretSource.Optional != true)
            {
                throw new ConfigurationException($"secret \"{secretSource.Name}\" not found");
            }
        }
    }
}
