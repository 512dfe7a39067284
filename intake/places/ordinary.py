"""Words that are no places unless the text says so: everyday Portuguese and English, people's names; data only.

Folded (no accents, no case). They are never taken for a misspelt place, and as a village's name they need "aldeia" or
the like beside them. Some are true names of posts or districts in Nampula (Meti, Ilha, "Porto", "Velha").
"""

_WORDS = """
abdala abdul aberta aberto abertos about above abre abri abril abrir absent acaba acabada acabar acabaram acabou
accents accept accepted access account accounts aceita acesso acho acknowledged acrescentem action actual actualizacao
actualizar add address administrador advice aeroporto affected afinal africa after again against age agent agents
agora agosto agreed agregado agregados agua ahmed aida ainda aisha ajuda alberto alegria alert alerts alguem alguma
ali alice all allowed allows alone already also alta although alto always amade amanha amarelo ambulancia amelia amina
amisse amor ana anabela and anda andar angela anifa ano anos another answer answered answers anteontem antes antiga
antigo antonio any anyone anything aos apagar apagou apanha aparece aparecem aparecer apareceu aparelho aparelhos
apenas apk aplicacao app appears application approved aquele aqui aquilo are area areia arlindo armando armazem
arrived arroz ask asked asking asks assalto assane assign assim assunto atija atras audio augusto aurelio auto
autorizacao avaria avariado avariou avenida aviso avo awa away azul back bad baixa baixo banca bank barco barraca
barragem based batch bateria battery beatriz bebe because bed been before behaviour behind below bem benedito benjamim
bento bernardo between bicicleta big black blister blisters block blocked bloqueada bloqueado bloqueia bloqueiem
bloqueio boa boas body boi bom bomba bot botao both botoes boundary boxes branca branch branco bridge broken bulk
bundle business but button buttons cabo cabrito cada cadeia cadeira caderno caetano cai caiem caiu caixa caixas
cajueiro call calls calor camara came camiao caminho campaign campanha campo can cancel cancelar cannot cant cao card
cardoso carga carlos carne carrega carregada carregadas carregador carregar carregaram carrego carregou carries carro
cartao carteira carteiras casa casas case caso castanho castro cat categories category causa cecilia cedo celeiro
celeste celestino central centro certa certo certos cesar chamada chamou change changed changes channel chapa
characters chat check checklist chefe chefes chega chegaram chegou cheia cheias cheio child children chips choose
church chuva chuvas ciclo ciclone cima cinco cinzento circular claim claimed clara classifier claudio clear clock
close closed closes closing cobertura cobra code codes codigo codigos coisa cold colega colegas coletes colleague com
comboio combustivel come comeca comecar comes command commands comment common communication community como complaint
complaints complete comprimidos computador comunitario concrete configurable configuration confirm confirmacao
confirmar confirmation confirmed consegue conseguimos consentimento consider consigo constantino conta contact
contacto contactos contas content continua continuar continue contrario conversation coordenadas copy coqueiro cor
corre correct corrigir corrijam cossa costa could count country counts coverage crash create created credenciais
credentials credito criacao crianca criancas criar criaram cristina cruzamento cut cycle cycles dados daily damiao
damos daniel dar dark dashboard data database datas date dates david day days dead debaixo default dei deixa deixou
dela dele deles delete deletion delfina delivery demais demora dentro depois deposito deram desapareceu descarregar
description desde desistiu desk desliga deu deus devia deviam device devices devo devolucao dez dezembro dia diario
dias did differ different diga digit digital digits dinheiro dinis director directora disse disseram distribuidor
distribuidores distribution distributor distributors distrital diz dizem dizer document documentation doente does dois
domingo domingos dona done dono dose doses doutor doutora down download dps draft drop dropdown drug drugs duas due
dulce duplicate durante during each east ecra edson eduardo effect egov eid ela ele elias elisa else emakhuwa
embondeiro embora emergencia emilia empty encerrado encontro end endereco ends energia enfermeira enfermeiro engano
english enough enquanto entao enter entered entra entrada entrar entraram entre entrega entregamos entregas entrei
entro entrou entry enviamos enviar enviaram enviei envio equipa equipas era ernesto errada errado erro error errors
erros escalate escalation escola escolher escolho escreva escreve escrever escrevo escrita escrito escuro espera
esperanca esposa esquadra esqueceu esqueci esquina essa essential esta estacao estado estamos estao estar estava este
estevao esther estou estrada estragada estragado estrela eusebio eva evening event every everyone everything exactly
example examples excel exist existe existing exists expected expired expiry explicar export exportar extra fabrica
facility faco facts failed fails faith fake fala falar falha falso falta faltam familia familias families family faq
far farmacia fatima favor faz fazemos fazer fazia faziam feature febre fecha fechada feijao feira feito felix
felizardo feriado fernando ferreira festa fevereiro few fica ficam ficar ficha fichas ficheiro ficou fiel field fields
figures fila file filed files filho filhos filipe filled filter filtro fim final find fine first five fix fixed fiz
fizemos florencia floresta flow focal fogo foi follow fonte for fora foram forget forgot forgotten form formacao
formador formulario forwarded foto fotos found four fraca francisco free frio fronteira fuel fui full funcao funciona
funcionar fundo furo furto gabriel galinha gato gave gente get gets gilda give given gives gloria goes going gomes
gone good gostaria got gps graca gracas grace grafico graficos gravar great green group groups grupo guarda guia guide
had half halima hamisi hand handled happened happy hardware has hassan have health helena help helpdesk henrique her
here hermenegildo high hilario hill his history hoje holds home homem homens hope hora horacio horas hospital hour
hours house household households houve how humido hussein ibraimo idade ideia ignore ignored igreja igual ilha impact
inacio inchou incident incidente incluam india ines informacao information informed ingles inicial inicio inside
instead inteira inteiro interactive internet into invalid invalido inventario inventory inverno irma irmao isabel isso
issue issues issufo ist isto its itself ivone jacinto jaime james janeiro janela joan joana joao joaquim john jorge
jose joseph julho julieta julio juma junho juntar just keep keeps kept key khadija kind kindly know known label lado
lagoa lake lama language languages last late later latifa layer lead leader leave leaves left leitor lembrar lembro
lenta lentidao lento leonardo leonor ler leste let letra letras letters leva levamos levar levaram level levels lhe
liberdade lider liga ligacao ligada ligar ligaram ligou like limits line lingua link linked list lista listed lists
loaded loads local localizacao location locked log logged logging login logistica logistics logo loja long longa
longer longo lopes loss lost lote lourenco low lua lucas lucia lucy lugar luis luisa lurdes luz macaco machamba
machimbombo machine macua macuacua madalena made madrugada mae maes mail main maio mais maiuscula make mal malaria
management manda mandamos mandar mandaram mandatory mandei mandioca mando mangueira manha manual manuel many mao map
mapa maputo mar marcar marcelino marco margarida maria mariamo marido mario marked market marta mary mas master mata
match maternidade mateus matola mauricio may means medicamento medicine medico megas meia meio melhor melhoria members
mendes menina menino menos mensagem mensagens menu mercado mes mesa meses mesma mesmo mesquita message messages
messaging meta metade meter meti meu meus midnight miguel milho min mina minha ministry minute minutes minuto minutos
misau missing misspelt mobile mocambique mode modo module moinho moises molhada molhado molhou momade monday monitor
monitors montanha monte month months moon more morning mosque most mostra mostrar mota mother mothers motivo moto
motorbike motorista mountain moved movitel mozambique muanacha mucavele muda mudanca mudar mudem mudo mudou muita
muitas muito muitos mulher mulheres musa mussa must nada name named names nao natal natalia need needed needs nelia
nelson nem nenhum nenhuma net network never new news next nhantumbo nice night nine ninguem nivel nmcp nobody noemia
noite nome nomes none normal norte north nosso not note noted nothing notice nova novas novembro novo novos now num
numa number numbers numero numeros nunca nunes obrigado oeste off office official officials offline ola old older olga
oliveira olivia omar once onde one ones online only ontem opcao open opening opens operadora operating operational
operator option optional ordem order org orlando osvaldo other others our out outra outro outrora outros outside
outubro over own pack pacote pacotes pagamento page pages pagina pai paid painel pais palavra palma palmeira papel
paper parabens parada parado paragem paraphrased parar parece parou part parte partes partida partidas partido partiu
parto pascoa pascoal pass passa passada passado passar passe passo passos passou password passwords patricia paul
paulina paulo pauses paz pdf peak peco pede pedi pedido pedidos pedimos pedir pediram pediu pedra pedro pegar peixe
pela pelo pending people per perda perde perder perdeu perdi perdida perdido pereira perfil performance pergunta
perguntas permissao person pertence perto pesquisa pessoa pessoal pessoas peter pgr phone phones photo place platform
play please plenty pls plus pncm poco pode podem podemos poder podiam poeira point police policia ponham ponho ponte
ponto populacao por porco porque porta portal portas porto portos portugues portuguese pos possible possivel posso
posts power praia prazo precisa precisamos preciso press preta preto previous primeira primeiro printed problem
problema process product production produtos professor professora profile programmatic progresso project projecto
promised prompt proposal proposed proposes proposta provincial proxima public pull puseram put quais qual quality
qualquer quando quantas quanto quantos quarta quartel quase quatro que quebrou queimada queimado queixa quem quer
queremos queria queriamos queries quero query question questions queue quinta quintal quoting rabia rachada rachado
rachide rafael rain ramadao rapariga rapaz rapido rashid raul reaccao reach reaches reaction read reason recarga
recebe recebem recebemos receber recebeu recebi recebido receipt receive received reclamacao recommend record recorded
records recuperar recusa recusas red rede referencia reforco refuse refused refuses regina regista registada
registadas registado registador registadora registadores registar registei register registered registo registos
registrar registrars regulo rejected related relatorio release remember remessa reminder remote remove reopening
repeat repetir replaced replacement reply report reported reportei reporter reports request requests requirements
reset resolution resolve resolved resolver resolvido responda responde responder respondeu resposta restam restart
reuniao ricardo right rio rita river road roda rodar rogerio role roles ronda rosa rosalina roster roubado roubaram
roubo row rua rui rules ruptura ruth sabado sabe saber safe safety sai said saida saide sair saiu salama salario saldo
salim salima salinas salvador same samuel sandra santos sao sara saude save saved saving say saying says scanner
school scope screen search second seconds secretario secrets section security see seed seguinte segunda segundo
seguranca sei seis selemane self sem semana semanas sempre send sends senha senhas senhor senhora sent ser sera sergio
seria serve server service services servidor sessao set setembro seven several severity sexo sexta shared she shift
shifts short should show shown shows sibling side sign signal signed significa silva silvia sim simao simply sinal
since sincroniza sincronizacao sincronizar single sistema site sitio sitoe situacao six slow small smc sms sobre sol
solved sombra some somebody someone something sonia sop sorry sou source sousa south sozinha sozinho spaq spelling
staff start starts state states status stays step steps still stock stolen stop stopped stops storage store stored
stuck sualehe subsidio substituicao substituto such sugestao suggestion sul sumiram summary sun supervisao supervision
supervisor supervisores supervisors support suspicious swapped sync synced system table tablet tablets tail take takes
tal talk tambem tania tanto tap tarde tardes target targets tavares team teams technical tecnica tecnico tecnicos tel
telefone telefones telemovel tell telma tem temos template templates tempo ten tenho tentamos tentar tentei tentou ter
terca teresa terra test teste teve text texto texts than thank thanks that the their them then there they third this
three through tia ticket tickets time timeout times tinha tinham tio tipo tirar title tiver tmcel toda todas today
todo todos told toma tomar tomas tome tomorrow tomou too took tool top topic toque total touch trabalha trabalhador
trabalhar trabalho trabalhos training transporte tratada tratar traz treated tree treinamento treino tres tribunal
tried troca trocada trocados trouxe trouxeram tudo turma turn turno twice two type typed typing uma under unidade
unknown uns unsynced until update updates upload urgent urgente usa usada usar use used user username users uses using
uso usuario util utilizador utilizadores vaca vai valentim validade value values vao variables varias vasco vazia
vazio veio vejo velha velhas velho velhos vem venha vento ver vera verao verde verificacao vermelha vermelho versao
version versus vez vezes vicente victor vieram virginia visita visitas vitoria viu vizinha vizinho vodacom voice volta
voltar voltou vomitou vosso vou voz waiting want wants warehouse was water way weak week well went were west what
whatsapp when whenever where whether which while white who whoever whole whom why will window windows with within
without word wording words work workaround workflow working works would write writes written wrong yes yesterday yet
you your yusuf zacarias zainab zainabo zero zito zona zone
"""

ORDINARY = frozenset(_WORDS.split())
