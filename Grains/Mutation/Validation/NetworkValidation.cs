using System.Net;
using System.Text.Json.Nodes;

namespace Crescent.Grains.Mutation.Validation;

/// <summary>Ingresses, their classes, and network policies.</summary>
internal static class NetworkValidation
{
    private const string ClassAnnotation = "kubernetes.io/ingress.class";

    public static void Ingress(JsonObject ingress, Problems problems)
    {
        var spec = ingress.Object("spec");
        if (spec.Array("rules") is not { Count: > 0 } && !spec.Has("defaultBackend"))
        {
            problems.Invalid("spec", spec?.DeepClone() ?? new JsonObject(), "either `defaultBackend` or `rules` must be specified");
        }

        if (spec.Object("defaultBackend") is { } backend)
        {
            Backend(backend, "spec.defaultBackend", problems);
        }

        var index = 0;
        foreach (var tls in spec.Objects("tls"))
        {
            Hosts(tls, $"spec.tls[{index++}].hosts", problems);
        }

        index = 0;
        foreach (var rule in spec.Objects("rules"))
        {
            Rule(rule, $"spec.rules[{index++}]", problems);
        }

        if (spec.Text("ingressClassName") is { Length: > 0 } name && NameRules.Subdomain(name) is { } problem)
        {
            problems.Invalid("spec.ingressClassName", name, problem);
        }
    }

    public static void IngressClass(JsonObject item, Problems problems)
    {
        if (item.Object("spec").Text("controller") is not { Length: > 0 } controller)
        {
            problems.Required("spec.controller");
        }
        else if (NameRules.QualifiedName(controller) is { } problem || !controller.Contains('/', StringComparison.Ordinal))
        {
            problems.Invalid("spec.controller", controller, "must be a domain-prefixed path (such as \"acme.io/foo\")");
        }

        if (item.Object("spec", "parameters") is { } parameters)
        {
            ClassParameters(parameters, "spec.parameters", problems);
        }
    }

    private static void ClassParameters(JsonObject parameters, string path, Problems problems)
    {
        foreach (var name in (ReadOnlySpan<string>)["kind", "name"])
        {
            if (parameters.Text(name).Length == 0)
            {
                problems.Required($"{path}.{name}");
            }
        }

        switch (parameters.Text("scope"))
        {
            case "":
                problems.Required($"{path}.scope");
                break;
            case "Namespace" when parameters.Text("namespace").Length == 0:
                problems.Required($"{path}.namespace", "`parameters.scope` is set to 'Namespace'");
                break;
            case "Cluster" when parameters.Has("namespace"):
                problems.Forbidden($"{path}.namespace", "`parameters.scope` is set to 'Cluster'");
                break;
            case "Cluster" or "Namespace":
                break;
            default:
                problems.NotSupported($"{path}.scope", parameters.Text("scope"), "Cluster", "Namespace");
                break;
        }
    }

    public static void IngressClassUpdate(JsonObject updated, JsonObject old, Problems problems) =>
        problems.Immutable(updated.Object("spec"), old.Object("spec"), "controller", "spec");

    public static void Policy(JsonObject policy, Problems problems)
    {
        var spec = policy.Object("spec");
        SelectorValidation.Validate(spec.Object("podSelector"), "spec.podSelector", problems);
        foreach (var (rules, peers) in ((string, string)[])[("ingress", "from"), ("egress", "to")])
        {
            var index = 0;
            foreach (var rule in spec.Objects(rules))
            {
                PolicyRule(rule, peers, $"spec.{rules}[{index++}]", problems);
            }
        }

        var types = spec.Texts("policyTypes").ToList();
        if (types.Count > 2)
        {
            problems.Invalid("spec.policyTypes", spec!["policyTypes"]!.DeepClone(), "may not specify more than two policyTypes");
        }

        for (var index = 0; index < types.Count; index++)
        {
            if (types[index] is not ("Ingress" or "Egress"))
            {
                problems.NotSupported($"spec.policyTypes[{index}]", types[index], "Egress", "Ingress");
            }
        }
    }

    /// <summary>Two ways to name a class exclude each other in a new object.</summary>
    public static void NewIngress(JsonObject ingress, Problems problems)
    {
        if (ingress.Object("spec").Has("ingressClassName") && ingress.Object("metadata", "annotations").Has(ClassAnnotation))
        {
            problems.Invalid(
                $"metadata.annotations[{ClassAnnotation}]", ingress["metadata"]!["annotations"]![ClassAnnotation]!.DeepClone(), "can not be set when the class field is also set");
        }
    }

    private static void Hosts(JsonObject tls, string path, Problems problems)
    {
        var index = 0;
        foreach (var host in tls.Texts("hosts"))
        {
            if (NameRules.Host(host) is { } problem)
            {
                problems.Invalid($"{path}[{index}]", host, problem);
            }

            index++;
        }
    }

    private static void Rule(JsonObject rule, string path, Problems problems)
    {
        var host = rule.Text("host");
        if (IPAddress.TryParse(host, out _))
        {
            problems.Invalid($"{path}.host", host, "must be a DNS name, not an IP address");
        }
        else if (host.Length > 0 && NameRules.Host(host) is { } problem)
        {
            problems.Invalid($"{path}.host", host, problem);
        }

        if (rule.Object("http") is not { } http)
        {
            return;
        }

        if (http.Array("paths") is not { Count: > 0 })
        {
            problems.Required($"{path}.http.paths");
        }

        var index = 0;
        foreach (var item in http.Objects("paths"))
        {
            var at = $"{path}.http.paths[{index++}]";
            switch (item.Text("pathType"))
            {
                case "":
                    problems.Required($"{at}.pathType", "pathType must be specified");
                    break;
                case "Exact" or "Prefix":
                    if (!item.Text("path").StartsWith('/'))
                    {
                        problems.Invalid($"{at}.path", item.Text("path"), "must be an absolute path");
                    }

                    break;
                case "ImplementationSpecific":
                    if (item.Text("path") is { Length: > 0 } free && free[0] != '/')
                    {
                        problems.Invalid($"{at}.path", free, "must be an absolute path");
                    }

                    break;
                default:
                    problems.NotSupported($"{at}.pathType", item.Text("pathType"), "Exact", "ImplementationSpecific", "Prefix");
                    break;
            }

            Backend(item.Object("backend"), $"{at}.backend", problems);
        }
    }

    private static void Backend(JsonObject? backend, string path, Problems problems)
    {
        if (backend.Has("resource") == backend.Has("service"))
        {
            if (backend.Has("resource"))
            {
                problems.Invalid(path, "", "cannot set both resource and service backends");
            }
            else
            {
                problems.Required(path, "resource or service backend is required");
            }

            return;
        }

        if (backend.Object("service") is not { } service)
        {
            return;
        }

        if (service.Text("name") is not { Length: > 0 } name)
        {
            problems.Required($"{path}.service.name");
        }
        else if (NameRules.Dns1035(name) is { } problem)
        {
            problems.Invalid($"{path}.service.name", name, problem);
        }

        var port = service.Object("port");
        var (hasName, hasNumber) = (port.Text("name").Length > 0, port.Integer("number") is > 0);
        if (hasName && hasNumber)
        {
            problems.Invalid($"{path}", "", "cannot set both port name & port number");
        }
        else if (!hasName && !hasNumber)
        {
            problems.Required(path, "port name or number is required");
        }

        if (hasNumber)
        {
            ContainerValidation.Port(port!, "number", $"{path}.service.port", problems);
        }
    }

    private static void PolicyRule(JsonObject rule, string peers, string path, Problems problems)
    {
        var index = 0;
        foreach (var port in rule.Objects("ports"))
        {
            problems.OneOf(port, "protocol", $"{path}.ports[{index}]", "SCTP", "TCP", "UDP");
            ContainerValidation.Port(port, "port", $"{path}.ports[{index}]", problems);
            EndPort(port, $"{path}.ports[{index}]", problems);
            index++;
        }

        index = 0;
        foreach (var peer in rule.Objects(peers))
        {
            var at = $"{path}.{peers}[{index++}]";
            if (peer.Count == 0)
            {
                problems.Required(at, "must specify a peer");
            }
            else if (peer.Has("ipBlock") && peer.Count > 1)
            {
                problems.Forbidden(at, "may not specify both ipBlock and another peer");
            }

            SelectorValidation.Validate(peer.Object("podSelector"), $"{at}.podSelector", problems);
            SelectorValidation.Validate(peer.Object("namespaceSelector"), $"{at}.namespaceSelector", problems);
            if (peer.Object("ipBlock") is { } block)
            {
                Block(block, $"{at}.ipBlock", problems);
            }
        }
    }

    private static void EndPort(JsonObject port, string path, Problems problems)
    {
        if (port.Text("port") is { Length: > 0 } name && NameRules.PortName(name) is { } problem)
        {
            problems.Invalid($"{path}.port", name, problem);
        }

        if (port.Integer("endPort") is not { } last)
        {
            return;
        }

        if (!port.Has("port"))
        {
            problems.Required($"{path}.port", "must be specified when `endPort` is specified");
        }
        else if (port.Text("port").Length > 0)
        {
            problems.Invalid($"{path}.endPort", last, "must not be specified when `port` is non-numeric");
        }
        else if (last < port.Integer("port"))
        {
            problems.Invalid($"{path}.endPort", last, "must be greater than or equal to `port`");
        }

        ContainerValidation.Port(port, "endPort", path, problems);
    }

    private static void Block(JsonObject block, string path, Problems problems)
    {
        if (block.Text("cidr") is not { Length: > 0 } cidr)
        {
            problems.Required($"{path}.cidr");
            return;
        }

        AddressText.Block(cidr, $"{path}.cidr", problems);
        var index = 0;
        foreach (var text in block.Texts("except"))
        {
            var at = $"{path}.except[{index++}]";
            AddressText.Block(text, at, problems);
            if (IPNetwork.TryParse(cidr, out var whole) && IPNetwork.TryParse(text, out var part)
                && (!whole.Contains(part.BaseAddress) || part.PrefixLength <= whole.PrefixLength))
            {
                problems.Invalid(at, text, $"must be a strict subset of `cidr`: \"{cidr}\"");
            }
        }
    }
}
