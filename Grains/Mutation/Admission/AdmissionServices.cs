using Crescent.Authorization;
using Crescent.Grains.Certificates;
using Crescent.Grains.Mutation.Admission.Limits;
using Crescent.Grains.Mutation.Admission.PodSecurity;
using Crescent.Grains.Quotas;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Crescent.Grains.Mutation.Admission;

internal static class AdmissionServices
{
    /// <summary>The chain, in the order the plugins run; another one joins by registering behind them.</summary>
    public static IServiceCollection AddAdmission(this IServiceCollection services)
    {
        services.AddCrescentAuthorization();
        services.AddSingleton<IAdmission, NamespaceLifecycle>();
        services.AddSingleton<IAdmission, LimitRanger>();
        services.AddSingleton<IAdmission, ServiceAccountAdmission>();
        services.AddSingleton<IAdmission, NodeRestriction>();
        services.AddSingleton<IAdmission, Priority>();
        services.AddSingleton<IAdmission, DefaultTolerationSeconds>();
        services.AddSingleton<IAdmission, DefaultClasses>();
        services.AddSingleton<IAdmission, RuntimeClassAdmission>();
        services.AddSingleton<IAdmission, PodSecurityAdmission>();
        services.AddSingleton<IAdmission, CertificateAdmission>();
        services.AddSingleton<IAdmission, RoleEscalation>();
        services.TryAddSingleton<IQuotaLedger, GrainQuotaLedger>();
        services.AddSingleton<IAdmission, QuotaAdmission>();
        services.TryAddSingleton<AdmissionChain>();
        return services;
    }
}
