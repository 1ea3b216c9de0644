using System.Globalization;
using k8s.Models;

namespace Crescent.NodeAgent.Probes;

/// <summary>Ports by number or by the name a container gives them.</summary>
internal static class ProbePorts
{
    public static int? Find(IntOrString? port, V1Container container)
    {
        var text = port?.Value ?? "";
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        return (container.Ports ?? []).FirstOrDefault(candidate => candidate.Name == text)?.ContainerPort;
    }
}
