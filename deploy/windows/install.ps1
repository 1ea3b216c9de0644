<#
.SYNOPSIS
Installs the Crescent node agent or silo as a Windows service.
.EXAMPLE
.\install.ps1 -Part agent -PublishDirectory .\agent -Arguments '--server https://10.0.0.1:6443 --ca-file C:\crescent\ca.crt --token-file C:\crescent\bootstrap-token'
#>
[CmdletBinding(SupportsShouldProcess)]
param(
    [Parameter(Mandatory)][ValidateSet('agent', 'silo')][string]$Part,
    [Parameter(Mandatory)][string]$PublishDirectory,
    [string]$Arguments = '',
    [string]$InstallDirectory = "$env:ProgramFiles\Crescent\$Part",
    [string]$HomeDirectory = "$env:ProgramData\Crescent\$Part"
)

$ErrorActionPreference = 'Stop'
$service = "crescent-$Part"
$source = Join-Path $PublishDirectory "crescent-$Part.exe"
if (-not (Test-Path $source)) { throw "$source is missing; publish it first: dotnet publish -r win-x64 --self-contained" }

if (-not $PSCmdlet.ShouldProcess($service, 'install service')) { return }

$existing = Get-Service -Name $service -ErrorAction SilentlyContinue
if ($existing -and $existing.Status -ne 'Stopped') { Stop-Service -Name $service }

New-Item -ItemType Directory -Force -Path $InstallDirectory, $HomeDirectory | Out-Null
Copy-Item -Path (Join-Path $PublishDirectory '*') -Destination $InstallDirectory -Recurse -Force

# Keys and certificates are in the home directory: administrators and the system only.
icacls $HomeDirectory /inheritance:r /grant '*S-1-5-32-544:(OI)(CI)F' '*S-1-5-18:(OI)(CI)F' | Out-Null
if ($LASTEXITCODE -ne 0) { throw "icacls could not close $HomeDirectory to others" }

$program = Join-Path $InstallDirectory "crescent-$Part.exe"
$command = "`"$program`" run --home `"$HomeDirectory`" $Arguments"
if ($existing) {
    # Not through sc.exe: Windows PowerShell drops the quotes inside an argument of a program.
    $changed = Get-CimInstance Win32_Service -Filter "Name='$service'" |
        Invoke-CimMethod -MethodName Change -Arguments @{ PathName = $command; StartMode = 'Automatic' }
    if ($changed.ReturnValue -ne 0) { throw "the service $service could not be changed: error $($changed.ReturnValue)" }
} else {
    New-Service -Name $service -BinaryPathName $command -DisplayName "Crescent $Part" -StartupType Automatic | Out-Null
}
& sc.exe failure $service reset= 60 actions= restart/2000/restart/2000/restart/10000 | Out-Null
if ($LASTEXITCODE -ne 0) { throw "sc.exe failure $service ended with $LASTEXITCODE" }
Start-Service -Name $service
Get-Service -Name $service
