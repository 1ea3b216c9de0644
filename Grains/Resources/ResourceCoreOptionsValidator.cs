using Microsoft.Extensions.Options;

namespace Crescent.Grains.Resources;

internal sealed class ResourceCoreOptionsValidator : IValidateOptions<ResourceCoreOptions>
{
    public ValidateOptionsResult Validate(string? name, ResourceCoreOptions options)
    {
        var problems = new List<string>();
        Check(options.MaxBatch is >= 1 and <= 4096, nameof(options.MaxBatch), "must be from 1 to 4096");
        Check(options.MaxFlushes is >= 1 and <= 16, nameof(options.MaxFlushes), "must be from 1 to 16");
        Check(options.VersionBlock >= 2 * options.MaxBatch, nameof(options.VersionBlock), "must hold at least two batches");
        Check(options.VersionBlock >= 8192, nameof(options.VersionBlock), "must be at least 8192");
        Check(options.WindowMaxEvents >= 1, nameof(options.WindowMaxEvents), "must be positive");
        Check(options.WindowMaxBytes >= 1, nameof(options.WindowMaxBytes), "must be positive");
        Check(options.RecoveredEvents >= 1, nameof(options.RecoveredEvents), "must be positive");
        Check(options.SettleAfter >= TimeSpan.FromMilliseconds(50), nameof(options.SettleAfter), "must be at least 50 ms");
        Check(options.WriteTimeout > options.SettleAfter, nameof(options.WriteTimeout), "must be longer than SettleAfter");
        Check(options.ReadPatience > TimeSpan.Zero, nameof(options.ReadPatience), "must be positive");
        Check(options.JoinerPatience >= TimeSpan.Zero, nameof(options.JoinerPatience), "must not be negative");
        Check(options.LeasePatience >= TimeSpan.Zero && options.LeasePatience <= TimeSpan.FromSeconds(2), nameof(options.LeasePatience), "must be from 0 to 2 s");
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);

        void Check(bool isRight, string option, string rule)
        {
            if (!isRight)
            {
                problems.Add($"{option} {rule}.");
            }
        }
    }
}
