using System.Net;
using Microsoft.Extensions.Options;

namespace Crescent.Grains.Nodes;

internal sealed class NodeOptionsValidator : IValidateOptions<NodeOptions>
{
    public ValidateOptionsResult Validate(string? name, NodeOptions options)
    {
        var problems = new List<string>();
        Require(options.HeartbeatInterval > TimeSpan.Zero, $"{nameof(options.HeartbeatInterval)} must be positive");
        Require(
            options.GracePeriod >= 2 * options.HeartbeatInterval,
            $"{nameof(options.GracePeriod)} must be at least twice {nameof(options.HeartbeatInterval)}");
        Require(options.StartupGracePeriod >= TimeSpan.Zero, $"{nameof(options.StartupGracePeriod)} must not be negative");
        Require(options.StatsLifetime > TimeSpan.Zero, $"{nameof(options.StatsLifetime)} must be positive");
        Require(options.KubeletGracePeriod > TimeSpan.Zero, $"{nameof(options.KubeletGracePeriod)} must be positive");
        Require(options.LeaseRenewPeriod > TimeSpan.Zero, $"{nameof(options.LeaseRenewPeriod)} must be positive");
        Require(options.LongestPoll > TimeSpan.Zero, $"{nameof(options.LongestPoll)} must be positive");
        Require(options.ParallelStatusWrites > 0, $"{nameof(options.ParallelStatusWrites)} must be at least 1");
        Require(IPAddress.TryParse(options.ClusterDns, out _), $"{nameof(options.ClusterDns)} '{options.ClusterDns}' is not an IP address");
        Require(options.ClusterDomain.Length > 0, $"{nameof(options.ClusterDomain)} must not be empty");
        Require(
            NodeCidrRange.TryParse(options.PodCidr, options.NodePrefixLength, out _),
            $"{nameof(options.PodCidr)} '{options.PodCidr}' cannot be cut into IPv4 blocks of /{options.NodePrefixLength}");
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);

        void Require(bool condition, string problem)
        {
            if (!condition)
            {
                problems.Add(problem);
            }
        }
    }
}
